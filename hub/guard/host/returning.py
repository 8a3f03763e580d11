"""Files of sealed homes come back when who entrusted the data attests, file by file, that nothing of it is in them.

A file comes back once, as a copy in today's home under `requalifie/<sealed home>/`, and only while its
content is the one that was attested. Every part of the sealed home's label must be spoken for.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.guard.host.folders import Owner, ensure_folder, opened
from policies.access.requalified import Released
from policies.access.spaces import Label, Space

FOLDER = "requalifie"
PIECE = 1024 * 1024
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_UNNAMED = os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC


@dataclass(frozen=True)
class Coming:
    """A file that may come back: the sealed home, its path there, the SHA-256 of what may come back."""

    home: str
    path: str
    content: str

    @property
    def steps(self) -> tuple[str, ...]:
        """The folders that lead to it, and its name."""
        return tuple(self.path.split("/"))


def coming(sealed: Iterable[Space], released: Iterable[Released]) -> Iterator[Coming]:
    """The files of which every part of their home's label is spoken for by those who may. Pure."""
    spoken: dict[Coming, Label] = {}
    for entry in released:
        for path, content in entry.files.items():
            file = Coming(entry.home, path, content)
            spoken[file] = spoken.get(file, frozenset()) | entry.parts
    labels = {space.id: space.label for space in sealed}
    for file, parts in spoken.items():
        if file.home in labels and labels[file.home] <= parts:
            yield file


def bring_back(homes: Path, home: str, file: Coming, owner: Owner) -> bool:
    """Copy one file of a sealed home into today's; False when it is not there, or is not what was attested."""
    *folders, name = file.steps
    target = (home, FOLDER, file.home, *folders)
    try:
        with opened(homes, file.home, *folders) as source:
            handle = os.open(name, _READ, dir_fd=source)
    except OSError:
        return False
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return False
        ensure_folder(homes, target, owner, above=owner)
        with opened(homes, *target) as folder:
            return _copy(handle, folder, name, file.content, owner)
    finally:
        os.close(handle)


def _copy(source: int, folder: int, name: str, expected: str, owner: Owner) -> bool:
    """The copy has its name once it is whole, and theirs: a guard that dies before leaves nothing of it."""
    with os.fdopen(os.open(".", _UNNAMED, 0o600, dir_fd=folder), "wb") as copy:
        digest = hashlib.sha256()
        for piece in _pieces(source):
            digest.update(piece)
            copy.write(piece)
        if digest.hexdigest() != expected:
            return False
        copy.flush()
        os.fchown(copy.fileno(), owner.uid, owner.gid)
        os.fchmod(copy.fileno(), 0o660)
        os.fsync(copy.fileno())
        try:
            os.link(f"/proc/self/fd/{copy.fileno()}", name, dst_dir_fd=folder, follow_symlinks=True)
        except FileExistsError:
            return _is_there(folder, name, expected)
    return True


def _is_there(folder: int, name: str, expected: str) -> bool:
    """A guard that died after the copy came back had not noted it: what was attested lies there."""
    try:
        handle = os.open(name, _READ, dir_fd=folder)
    except OSError:
        return False
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return False
        digest = hashlib.sha256()
        for piece in _pieces(handle):
            digest.update(piece)
        return digest.hexdigest() == expected
    finally:
        os.close(handle)


def _pieces(handle: int) -> Iterator[bytes]:
    while piece := os.read(handle, PIECE):
        yield piece
