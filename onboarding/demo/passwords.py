"""Passwords of the demo are made here, once per installation, and leave as hashes only."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import stat
import tempfile
from pathlib import Path

from policies.files import sync_folder

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def make_password() -> str:
    """Three groups of five characters that are easy to type: 75 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))


def ensure_password(path: Path) -> str:
    """The password of a file; made when missing, readable by the account that owns the folder alone."""
    text = path.read_text(encoding="utf-8") if path.exists() else f"{make_password()}\n"
    write_private(path, text)
    return text.strip()


def write_private(path: Path, text: str) -> None:
    """A file of the account whose folder it is in, and of nobody else; untouched when it is that already.

    Whoever owns the folder may play with names in it while root writes: owner and mode are given to the
    open file, before it has its name.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = path.parent.stat()
    if _is_private(path, text.encode(), folder):
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as stream:
        stream.write(text.encode())
        if os.geteuid() == 0:
            os.fchown(stream.fileno(), folder.st_uid, folder.st_gid)
        stream.flush()
        os.fsync(stream.fileno())
    Path(temporary).replace(path)
    sync_folder(path.parent)


def _is_private(path: Path, content: bytes, folder: os.stat_result) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    alone = stat.S_ISREG(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o600
    owned = os.geteuid() != 0 or (found.st_uid, found.st_gid) == (folder.st_uid, folder.st_gid)
    return alone and owned and path.read_bytes() == content


def hash_password(password: str, salt_for: str) -> str:
    """OpenLDAP's {SSHA}. The salt follows from password and entry, so a second run writes the same seed."""
    salt = hashlib.sha256(f"{salt_for}\0{password}".encode()).digest()[:16]
    digest = hashlib.sha1(password.encode() + salt).digest()  # noqa: S324 - the form that slapd reads
    return "{SSHA}" + base64.b64encode(digest + salt).decode()
