"""The law as the folder holds it now; when it is broken nobody is judged by an older one in silence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from policies.engine.check import check_law
from policies.engine.load import load_law
from policies.engine.model import Law
from policies.errors import DatalabError, InvalidFilesError, UnavailableError

Signature = tuple[tuple[str, int, int, int, int], ...]
ATTEMPTS = 3


class LawFollower:
    """The law of a folder, read again whenever a file of it changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: tuple[Signature, Law | DatalabError] | None = None

    def current(self) -> Law:
        """The law on disk. Raises InvalidFilesError when it is wrong or a case of it fails, and
        UnavailableError when it cannot be read or keeps changing."""
        for _ in range(ATTEMPTS):
            signature = _sign(self._folder)
            if self._seen is None or self._seen[0] != signature:
                found = _read(self._folder)
                if _sign(self._folder) != signature:
                    continue
                self._seen = (signature, found)
            if isinstance(self._seen[1], DatalabError):
                raise self._seen[1]
            return self._seen[1]
        raise UnavailableError(f"{self._folder}: the law keeps changing while it is read; try again")


def _read(folder: Path) -> Law | DatalabError:
    try:
        law = load_law(folder)
    except DatalabError as error:
        return error
    failed = check_law(law)
    return InvalidFilesError(failed) if failed else law


def _sign(folder: Path) -> Signature:
    """What changes when any file of the folder does, without reading one."""
    try:
        return tuple(sorted(_stats(str(folder))))
    except OSError as error:
        raise UnavailableError(f"{folder}: the law cannot be read: {error.strerror}") from None


def _stats(folder: str) -> Iterator[tuple[str, int, int, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            found = entry.stat(follow_symlinks=False)
            yield entry.path, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
            if entry.is_dir(follow_symlinks=False):
                yield from _stats(entry.path)
