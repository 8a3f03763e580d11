"""mount(2) and umount2(2), with explicit flags and no shell.

Mount points are in folders that only root enters, so their paths cannot be redirected; sources are
given as descriptors that were opened without following links.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from hub.guard.host.mountinfo import Mount, parse_mountinfo

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_NOSYMFOLLOW, MS_BIND, MS_PRIVATE, MS_SHARED = 32, 256, 4096, 1 << 18, 1 << 20
MNT_DETACH, UMOUNT_NOFOLLOW = 2, 8
_FLAGS = {
    "ro": MS_RDONLY,
    "rw": 0,
    "nosuid": MS_NOSUID,
    "nodev": MS_NODEV,
    "noexec": MS_NOEXEC,
    "nosymfollow": MS_NOSYMFOLLOW,
}
_libc = ctypes.CDLL(None, use_errno=True)


def bind(source: int | Path, point: Path, protections: Iterable[str]) -> None:
    """Show a folder or file, as opened, at a mount point, with these protections."""
    path = f"/proc/self/fd/{source}" if isinstance(source, int) else str(source)
    _mount(path, point, None, MS_BIND, None)
    protect(point, protections)


def protect(point: Path, protections: Iterable[str]) -> None:
    """Give a mount these protections, and let nothing of it spread."""
    _mount(None, point, None, MS_BIND | MS_REMOUNT | _flags(protections), None)
    _mount(None, point, None, MS_PRIVATE, None)


def overlay(lower: Path, empty: Path, point: Path, protections: Iterable[str]) -> None:
    """Show a folder through a read-only overlay of two lower folders: no channel goes through it.

    Through a read-only bind a socket can be connected, a FIFO written and a lock seen.
    """
    for folder in (lower, empty):
        if set(str(folder)) & set(",:\\"):
            raise ValueError(f"{folder}: a comma, colon or backslash cannot be in the path of an overlay")
    _mount("overlay", point, "overlay", _flags(protections), f"lowerdir={lower}:{empty}")
    _mount(None, point, None, MS_PRIVATE, None)


def tmpfs(point: Path, protections: Iterable[str], data: str) -> None:
    """An empty file system in memory."""
    _mount("datalab", point, "tmpfs", _flags(protections), data)


def share(point: Path) -> None:
    """What is mounted within a mount is seen where that mount is shown as a slave, such as in the front's container."""
    _mount(None, point, None, MS_SHARED, None)


def unmount(point: str) -> None:
    """Take a mount away at once; a mount point that is a link is refused."""
    if _libc.umount2(point.encode(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0:
        _raise(point)


def host_mounts() -> list[Mount]:
    """The mounts that this process sees."""
    return parse_mountinfo(Path("/proc/self/mountinfo").read_text(encoding="utf-8"))


def _flags(protections: Iterable[str]) -> int:
    return sum(_FLAGS[each] for each in set(protections))


def _mount(source: str | None, point: Path, kind: str | None, flags: int, data: str | None) -> None:
    texts = [None if text is None else text.encode() for text in (source, str(point), kind, data)]
    if _libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3]) != 0:
        _raise(str(point))


def _raise(point: str) -> None:
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number), point)
