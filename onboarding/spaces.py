"""What lies in people's homes, for whoever must name files of one: labels, and fingerprints without content.

Read as root, without following a link, while the guard alone writes.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from policies.access.spaces import Space
from policies.errors import DatalabError
from policies.files import parse, read_yaml
from policies.names import WorkspaceName


class NoHomeError(DatalabError):
    """Raised when a person has no home of this number on a processing."""


@dataclass(frozen=True)
class FoundFile:
    """A regular file of a home: its path there, its size in bytes, its SHA-256."""

    path: str
    size: int
    content: str


def read_homes(spaces: Path, name: WorkspaceName) -> list[Space]:
    """The homes of a person on a processing, by number; raises InvalidFilesError for a label that cannot be read."""
    folder = _homes(spaces, name)
    found = [parse(Space, read_yaml(path), str(path)) for path in folder.glob("*.json")]
    return sorted(found, key=lambda space: int(space.id))


def read_files(spaces: Path, name: WorkspaceName, home: str) -> Iterator[FoundFile]:
    """Every regular file of a home, in the order of paths; raises NoHomeError."""
    if home not in {space.id for space in read_homes(spaces, name)}:
        raise NoHomeError(f"{name} : pas de dossier personnel {home} ; `datalab spaces list` montre ceux qu'il y a")
    folder = _homes(spaces, name) / home
    for place, folders, names, handle in os.fwalk(folder):
        folders.sort()
        for each in sorted(names):
            found = _fingerprint(each, handle)
            if found is not None:
                yield FoundFile(str((Path(place) / each).relative_to(folder)), *found)


def _homes(spaces: Path, name: WorkspaceName) -> Path:
    return spaces / name.processing / "homes" / name.person


def _fingerprint(name: str, folder: int) -> tuple[int, str] | None:
    """Size and SHA-256 of a regular file; None for whatever else has the name."""
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            return None
        return found.st_size, hashlib.file_digest(stream, "sha256").hexdigest()
