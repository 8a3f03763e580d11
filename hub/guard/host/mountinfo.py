"""The kernel's list of mounts, as in /proc/<pid>/mountinfo. Pure.

Docker's inspect shows what was asked; this shows what is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

PROTECTIONS = frozenset({"ro", "rw", "nosuid", "nodev", "noexec", "nosymfollow"})
_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, order=True)
class Mount:
    """One mount: where, what (device, folder within it, kind), and how it is protected."""

    target: str
    device: str
    root: str
    kind: str
    options: frozenset[str]

    def __str__(self) -> str:
        return f"{self.target} ({self.kind} {self.device} {self.root} {','.join(sorted(self.options))})"


def parse_mountinfo(text: str) -> list[Mount]:
    """The mounts of a namespace, in the order in which they were made."""
    return [_parse_line(line) for line in text.splitlines() if line]


def _parse_line(line: str) -> Mount:
    left, _, right = line.partition(" - ")
    _, _, device, root, target, options = left.split(" ")[:6]
    return Mount(
        target=_plain(target),
        device=device,
        root=_plain(root),
        kind=right.split(" ")[0],
        options=PROTECTIONS & set(options.split(",")),
    )


def _plain(text: str) -> str:
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), text)


def mount_at(mounts: Sequence[Mount], path: PurePosixPath) -> Mount:
    """What a path of this namespace shows: the last mount over it or over its nearest parent."""
    for place in (path, *path.parents):
        over = [mount for mount in mounts if mount.target == str(place)]
        if over:
            inner = PurePosixPath(over[-1].root) / path.relative_to(place)
            return Mount(str(path), over[-1].device, str(inner), over[-1].kind, over[-1].options)
    raise ValueError(f"nothing is mounted over {path}")


def points_below(mounts: Iterable[Mount], folder: PurePosixPath) -> list[str]:
    """The mount points within a folder, those made last first: the order in which to unmount."""
    return [mount.target for mount in mounts if folder in PurePosixPath(mount.target).parents][::-1]


def points_at(mounts: Iterable[Mount], folder: PurePosixPath) -> list[str]:
    """The folder itself, as often as something is mounted on it."""
    return [mount.target for mount in mounts if mount.target == str(folder)]
