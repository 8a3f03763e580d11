"""A Unix socket of a process of ours, for its folder's group alone."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

from policies.errors import DatalabError

SOCKET_UMASK = 0o117


def listen(path: Path) -> socket.socket:
    """A socket for its folder's group, whose place is taken from a process that died, never from a live one."""
    path.parent.mkdir(mode=0o710, parents=True, exist_ok=True)
    if path.exists() or path.is_symlink():
        _unlink_stale(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(SOCKET_UMASK)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    return listener


def _unlink_stale(path: Path) -> None:
    if not stat.S_ISSOCK(path.lstat().st_mode):
        raise DatalabError(f"{path}: is not a socket; remove it")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise DatalabError(f"{path}: another process listens; stop it first")
