"""Passwords of the demo are made here, once per installation, and leave as hashes only."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from pathlib import Path

from policies.files import write_atomic

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


def make_password() -> str:
    """Three groups of five characters that are easy to type: 75 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))


def ensure_password(path: Path) -> str:
    """The password of a file; made when missing, readable by the account that owns the folder alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = path.read_text(encoding="utf-8") if path.exists() else f"{make_password()}\n"
    write_private(path, text)
    return text.strip()


def write_private(path: Path, text: str) -> None:
    """A file of the account whose folder it is in, and of nobody else; untouched when it says this already."""
    content = text.encode()
    if not path.exists() or path.read_bytes() != content:
        write_atomic(path, content, 0o600)
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.chown(path, folder.st_uid, folder.st_gid, follow_symlinks=False)


def hash_password(password: str, salt_for: str) -> str:
    """OpenLDAP's {SSHA}. The salt follows from password and entry, so a second run writes the same seed."""
    salt = hashlib.sha256(f"{salt_for}\0{password}".encode()).digest()[:16]
    digest = hashlib.sha1(password.encode() + salt).digest()  # noqa: S324 - the form that slapd reads
    return "{SSHA}" + base64.b64encode(digest + salt).decode()
