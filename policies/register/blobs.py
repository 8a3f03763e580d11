"""The register's storage, read-only: contents under their SHA-256, and the one manifest that names them.

`history/<sha256>` holds canonical JSON; `manifest.json` says which content each document has now and
is the only commit point. Every manifest that ever was is kept in `history/` too.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from policies.contents import Contents
from policies.errors import UnavailableError
from policies.files import Closed

MANIFEST = "manifest.json"
HISTORY = "history"
FILES = "files"

Signature = tuple[int, int, int, int]


class Recorded(Closed):
    """Who wrote a change, why and when."""

    actor: str
    reason: str
    moment: datetime


class Manifest(Closed):
    """The state of the register after one change: document -> fingerprint of its content."""

    documents: dict[str, str]
    previous: str | None
    recorded: Recorded


def signature(status: os.stat_result) -> Signature:
    """What changes whenever a file is replaced or written to; cheap to compare."""
    return (status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size)


def manifest_signature(folder: Path) -> Signature:
    """The signature of the manifest now; raises UnavailableError when there is none."""
    try:
        return signature((folder / MANIFEST).stat())
    except OSError as error:
        raise _no_manifest(folder, error) from None


def read_manifest_file(folder: Path) -> tuple[bytes, Signature]:
    """The manifest's content and the signature of the very file that it was read from."""
    try:
        with (folder / MANIFEST).open("rb") as stream:
            return stream.read(), signature(os.fstat(stream.fileno()))
    except OSError as error:
        raise _no_manifest(folder, error) from None


def _no_manifest(folder: Path, error: OSError) -> UnavailableError:
    if isinstance(error, FileNotFoundError):
        return UnavailableError(
            f"{folder / MANIFEST}: the register has not been recorded yet; run `datalab register record`"
        )
    return UnavailableError(f"{folder / MANIFEST}: cannot be read: {error.strerror}")


def parse_manifest(content: bytes, name: str = MANIFEST) -> Manifest:
    """The manifest that a content holds; raises UnavailableError when it is not one."""
    try:
        return Manifest.model_validate_json(content, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise UnavailableError(f"{name}: not a manifest of the register: {key}: {first['msg']}") from None


def blob_path(folder: Path, name: str) -> Path:
    """Where the content with this fingerprint is; raises UnavailableError for anything but a fingerprint."""
    if len(name) != 64 or not set(name) <= set("0123456789abcdef"):
        raise UnavailableError(f"{folder / MANIFEST}: {name!r} is not a fingerprint; restore the manifest")
    return folder / HISTORY / name


def read_blob(folder: Path, name: str) -> bytes:
    """The content with this fingerprint; raises UnavailableError when it is missing or another one."""
    return Contents(blob_path(folder, name).parent).read(name)
