"""Contents that are never changed, each a file named by its own SHA-256: what is read is what was kept."""

from __future__ import annotations

import re
from pathlib import Path

from policies.errors import UnavailableError
from policies.files import fingerprint, write_atomic

NAME = re.compile(r"[0-9a-f]{64}")
READ_ONLY = 0o400


class Contents:
    """The contents of one folder; raises UnavailableError where the disk does not do what is asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, name: str) -> bool:
        """Whether a content of this fingerprint was kept."""
        return NAME.fullmatch(name) is not None and (self.folder / name).exists()

    def read(self, name: str) -> bytes:
        """The content with this fingerprint; refused when it is missing, or is not what it is named after."""
        if not NAME.fullmatch(name):
            raise UnavailableError(f"{self.folder}: {name!r} is not a fingerprint")
        path = self.folder / name
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise UnavailableError(f"{path}: missing; restore it from a backup") from None
        except OSError as error:
            raise UnavailableError(f"{path}: cannot be read: {error.strerror}") from None
        if fingerprint(content) != name:
            raise UnavailableError(f"{path}: not the content that it is named after; restore it from a backup")
        return content

    def keep(self, content: bytes) -> str:
        """Make a content last; returns its fingerprint. One that is there is left alone."""
        name = fingerprint(content)
        path = self.folder / name
        try:
            if not path.exists():
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_atomic(path, content, READ_ONLY)
        except OSError as error:
            raise UnavailableError(f"{path}: cannot be written: {error.strerror}") from None
        return name
