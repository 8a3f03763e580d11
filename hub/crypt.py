"""The key that seals what the hub keeps of a sign-in: a file of the hub's account alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from policies.errors import DatalabError
from policies.files import sync_folder

KEY_BYTES = 32


def ensure_key(path: Path) -> bytes:
    """The key in this file, made when there is none; raises DatalabError when others may read it."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_key(path)
    with os.fdopen(handle, "wb") as stream:
        stream.write(secrets.token_bytes(KEY_BYTES))
        stream.flush()
        os.fsync(handle)
    sync_folder(path.parent)
    return _read_key(path)


def _read_key(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        raise DatalabError(f"{path}: others may read this key; chmod 600")
    content = path.read_bytes()
    if len(content) != KEY_BYTES:
        raise DatalabError(f"{path}: is not {KEY_BYTES} bytes; remove it, and people sign in again")
    return content
