"""How a register's change reaches the disk: contents first, the manifest last, one writer at a time."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from policies.errors import UnavailableError
from policies.files import Closed, canonical_json, fingerprint, remove_half_written, write_atomic
from policies.register.attested import plain
from policies.register.blobs import (
    FILES,
    HISTORY,
    MANIFEST,
    Manifest,
    blob_path,
    parse_manifest,
    read_blob,
    read_manifest_file,
)
from policies.register.documents import FOLDERS

LOCK = ".lock"
BUSY = b"writing\n"
PATIENCE_S = 10.0
PAUSE_S = 0.02
READ_ONLY = 0o444


class Storage:
    """The files of one register; whatever moment a kill comes, the register is the old one or the new."""

    def __init__(self, folder: Path, patience_s: float = PATIENCE_S) -> None:
        self.folder = folder
        self._patience_s = patience_s

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One writer at a time; the kernel frees the lock of a writer that dies."""
        try:
            for name in (HISTORY, FILES):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise UnavailableError(f"{self.folder}: cannot be written: {error.strerror}") from None
        try:
            self._wait(handle)
            if os.fstat(handle).st_size:
                self._sweep()
            with _writing(self.folder / LOCK):
                os.write(handle, BUSY)
            try:
                yield
            finally:
                os.ftruncate(handle, 0)
        finally:
            os.close(handle)

    def _sweep(self) -> None:
        """Take away the half-written files of a writer that died: it left the lock marked as busy."""
        for folder in (self.folder, *(self.folder / name for name in (HISTORY, *FOLDERS))):
            remove_half_written(folder)

    def _wait(self, handle: int) -> None:
        give_up = time.monotonic() + self._patience_s
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > give_up:
                    raise UnavailableError(
                        f"{self.folder / LOCK}: another change is being written; try again in a moment"
                    ) from None
                time.sleep(PAUSE_S)
            else:
                return

    def manifest(self) -> tuple[Manifest, str] | None:
        """The manifest and its fingerprint; None before the first change."""
        if not (self.folder / MANIFEST).exists():
            return None
        content, _ = read_manifest_file(self.folder)
        return parse_manifest(content), fingerprint(content)

    def past_manifest(self, digest: str) -> Manifest:
        """The manifest that had this fingerprint; raises UnavailableError when it was forgotten."""
        return parse_manifest(self.read(digest), digest)

    def read(self, name: str) -> bytes:
        """The content with this fingerprint."""
        return read_blob(self.folder, name)

    def store(self, contents: Mapping[str, bytes]) -> None:
        """Make contents durable under their fingerprints; one that is there and whole is left alone."""
        for name, content in contents.items():
            path = blob_path(self.folder, name)
            with _writing(path):
                if not (path.exists() and fingerprint(path.read_bytes()) == name):
                    write_atomic(path, content, READ_ONLY)

    def replace_manifest(self, content: bytes) -> None:
        """The one moment at which a change becomes the register."""
        with _writing(self.folder / MANIFEST):
            write_atomic(self.folder / MANIFEST, content)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnavailableError(f"{path}: cannot be written: {error.strerror}; nothing was changed") from None


def document_content(document: Closed) -> bytes:
    """A document as it is stored and fingerprinted."""
    return canonical_json(plain(document))


def manifest_content(manifest: Manifest) -> bytes:
    """A manifest as it is stored and fingerprinted."""
    return canonical_json(manifest.model_dump(mode="json"))
