"""The fingerprints of the register's `files/`: a title counts only while its file is the approved one."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from policies.errors import UnavailableError
from policies.register.blobs import Signature, signature

SETTLED_NS = 1_000_000_000


class Attachments:
    """File name -> SHA-256 of what lies in a folder now; each file is read once per content.

    New, removed and replaced files show in the folder's own signature, looked at each time; files
    written in place are looked for every `every_s` seconds. Links, hidden and unreadable files are
    not there.
    """

    def __init__(self, folder: Path, every_s: float = 5.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._every_s = every_s
        self._clock = clock
        self._swept: tuple[Signature | None, float] | None = None
        self._known: dict[str, tuple[Signature, str]] = {}
        self._current: Mapping[str, str] = MappingProxyType({})

    def current(self) -> Mapping[str, str]:
        """The fingerprints now; the same object as before when nothing changed."""
        folder_now, moment = self._folder_signature(), self._clock()
        if self._swept and self._swept[0] == folder_now and moment - self._swept[1] < self._every_s:
            return self._current
        found = self._sweep() if folder_now else {}
        if found != self._current:
            self._current = MappingProxyType(found)
        self._swept = (folder_now, moment)
        return self._current

    def _folder_signature(self) -> Signature | None:
        try:
            return signature(self._folder.stat())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UnavailableError(f"{self._folder}: cannot be read: {error.strerror}") from None

    def _sweep(self) -> dict[str, str]:
        try:
            with os.scandir(self._folder) as entries:
                names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
        except OSError as error:
            raise UnavailableError(f"{self._folder}: cannot be read: {error.strerror}") from None
        found = {name: self._fingerprint(name) for name in names}
        self._known = {name: known for name, known in self._known.items() if name in found}
        return {name: value for name, value in found.items() if value is not None}

    def _fingerprint(self, name: str) -> str | None:
        path = self._folder / name
        try:
            status = path.lstat()
            known = self._known.get(name)
            if known is not None and known[0] == signature(status):
                return known[1]
            return self._read(name, path) if stat.S_ISREG(status.st_mode) else None
        except OSError:
            return None

    def _read(self, name: str, path: Path) -> str:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as stream:
            before = os.fstat(stream.fileno())
            value = hashlib.file_digest(stream, "sha256").hexdigest()
            after = os.fstat(stream.fileno())
        # A file written to within the clock's tick keeps its signature: remember only what has settled.
        settled = time.time_ns() - after.st_ctime_ns > SETTLED_NS
        if settled and signature(before) == signature(after):
            self._known[name] = (signature(after), value)
        return value
