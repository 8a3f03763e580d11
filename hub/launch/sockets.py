"""Workspaces' sockets live on a tmpfs of their own, where no link is followed and nothing runs."""

from __future__ import annotations

import subprocess
from pathlib import Path

OPTIONS = "nosymfollow,nosuid,nodev,noexec,mode=0711,size=16m"


def ensure_sockets_mounted(folder: Path) -> None:
    """Mount the tmpfs where it is missing: before the front's container starts, which binds it.

    It is shared, so that the front sees what the guard mounts in it for each workspace.
    """
    if not folder.is_mount():
        subprocess.run(["mount", "-t", "tmpfs", "-o", OPTIONS, "tmpfs", str(folder)], check=True)
    subprocess.run(["mount", "--make-shared", str(folder)], check=True)


def unmount_below(folder: Path) -> None:
    """Unmount whatever is mounted at or under a folder, deepest first."""
    text = Path("/proc/self/mountinfo").read_text(encoding="utf-8")
    points = [line.split()[4] for line in text.splitlines()]
    inside = [point for point in points if point == str(folder) or point.startswith(f"{folder}/")]
    for point in sorted(inside, key=len, reverse=True):
        subprocess.run(["umount", "--lazy", point], check=True)
