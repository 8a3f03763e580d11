"""The law of the source tree becomes the law that the installation enforces, whole and root's."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from policies.files import fingerprint


def install_law(source: Path, target: Path) -> bool:
    """Replace the installed law where it differs; True when it did. Readers see old or new, never a mix."""
    if digest(source) == digest(target):
        return False
    fresh, old = target.with_name(f"{target.name}.new"), target.with_name(f"{target.name}.old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(source, fresh)
    for path in [fresh, *fresh.rglob("*")]:
        os.chown(path, 0, 0)
        path.chmod(0o755 if path.is_dir() else 0o644)
    target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old)
    return True


def digest(folder: Path) -> str:
    """The fingerprint of every file's path and content, in the order of their paths."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = (f"{path.relative_to(folder)} {fingerprint(path.read_bytes())}" for path in files)
    return fingerprint("\n".join(lines).encode())
