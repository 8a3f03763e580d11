"""Root makes folders that people own; nothing that a person owns may redirect root.

Every step below a base folder is opened by name within the step before, links refused, and owner
and mode are set on what was opened, never on a path.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from hub.guard.errors import TroubleError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Owner:
    """Who a folder belongs to and who may enter it."""

    uid: int
    gid: int
    mode: int


ROOT_ONLY = Owner(0, 0, 0o700)


@contextmanager
def opened(base: Path, *steps: str) -> Iterator[int]:
    """A descriptor of a folder below a base, no link followed on the way; raises OSError."""
    handle = os.open(base, _FOLDER)
    try:
        for step in steps:
            inner = os.open(_check_step(step), _FOLDER, dir_fd=handle)
            os.close(handle)
            handle = inner
        yield handle
    finally:
        os.close(handle)


def _check_step(step: str) -> str:
    if not step or "/" in step or step in {".", ".."}:
        raise ValueError(f"{step!r} is not the name of one folder")
    return step


def ensure_folder(base: Path, steps: Sequence[str], owner: Owner, above: Owner = ROOT_ONLY) -> bool:
    """The folder is there; what had to be made on the way is root's. True when it was made now.

    A folder that its owner has already keeps its mode; one of anybody else is refused.
    """
    made = False
    for depth in range(1, len(steps) + 1):
        with opened(base, *steps[: depth - 1]) as parent:
            made = _make(parent, _check_step(steps[depth - 1]), owner if depth == len(steps) else above)
    return made


def _make(parent: int, name: str, owner: Owner) -> bool:
    made = False
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=parent)
        made = True
    handle = os.open(name, _FOLDER, dir_fd=parent)
    try:
        _own(handle, name, owner)
    finally:
        os.close(handle)
    return made


def _own(handle: int, name: str, owner: Owner) -> None:
    """What is still root's is given away, with its mode; what the owner has, they may have changed.

    The mode comes first: whoever dies in between leaves a folder that is still root's, and is done again.
    """
    found = os.fstat(handle).st_uid
    if found == 0:
        os.fchmod(handle, owner.mode)
        os.fchown(handle, owner.uid, owner.gid)
    elif found != owner.uid:
        raise TroubleError(f"Le dossier {name} n'appartient pas au compte attendu : prévenez la DINUM.")


def write_note(base: Path, steps: Sequence[str], name: str, content: str) -> None:
    """A file of root's that everybody may read and nobody write; a new file, never through a link."""
    with opened(base, *steps) as folder:
        handle = os.open(name, _NEW_FILE, 0o444, dir_fd=folder)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(content)
            os.fchmod(handle, 0o444)


def replace_note(folder: int, name: str, content: str) -> None:
    """Put a file that everybody may read in somebody else's folder, as opened, instead of whatever has its name."""
    temporary = f".{name}.{secrets.token_hex(8)}"
    handle = os.open(temporary, _NEW_FILE, 0o444, dir_fd=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(content)
            os.fchmod(handle, 0o444)
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        remove_note(folder, temporary)
        raise


def remove_note(folder: int, name: str) -> None:
    """A file of an opened folder is gone."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def check_immutable(handle: int, what: str) -> None:
    """A version of a dataset is root's and nobody else can write it; raises TroubleError."""
    found = os.fstat(handle)
    if found.st_uid != 0 or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise TroubleError(f"La version {what} n'est pas protégée en écriture : prévenez la DINUM.")


def remove_tree(path: Path) -> None:
    """A folder and what is in it are gone; links in it are removed, not followed."""
    if not shutil.rmtree.avoids_symlink_attacks:
        raise RuntimeError("this Python cannot remove a tree safely")
    with suppress(FileNotFoundError):
        shutil.rmtree(path)


def remove_points(path: Path, notes: Iterable[Path]) -> None:
    """Empty mount points and the notes among them are gone; anything else stops it, nothing is emptied.

    A space that were still mounted here would lose its files to a recursive removal.
    """
    for note in notes:
        note.unlink(missing_ok=True)
    for folder, _, _ in os.walk(path, topdown=False):
        os.rmdir(folder)  # noqa: PTH106 - os.walk gives text
