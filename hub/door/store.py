"""Where deposited files are: a folder for each person and processing, which the guard made and the workspace reads.

A file is written aside and appears there whole, under a name that nobody had; it is never changed
afterwards. Only the door's account writes there, so nothing but plain files is ever in it.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from hub.door.errors import RefusedError
from policies.names import WorkspaceName

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
NO_FOLDER = "Ouvrez d'abord l'espace de travail : c'est là que le fichier sera déposé."
TAKEN = "Un fichier de ce nom est déjà déposé. Retirez-le d'abord, ou donnez un autre nom."


@dataclass(frozen=True)
class Deposit:
    """A file that is there."""

    name: str
    bytes: int
    day: str


class Incoming:
    """A file that arrives, kept aside until it is whole and known."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.path = path
        self.size = 0

    def write(self, part: bytes) -> None:
        """Add the next bytes; raises RefusedError when there is no room."""
        try:
            self._stream.write(part)
        except OSError:
            raise RefusedError(507, "Il n'y a plus de place pour ce fichier. Prévenez la DINUM.") from None
        self._digest.update(part)
        self.size += len(part)

    def settle(self) -> str:
        """The file lasts, and nobody writes it any more; its digest."""
        self._stream.flush()
        os.fchmod(self._stream.fileno(), 0o444)
        os.fsync(self._stream.fileno())
        return self._digest.hexdigest()


class Store:
    """`entries`: <processing>/<person>/<file>; `aside`: the door's own folder, on the same file system."""

    def __init__(self, entries: Path, aside: Path) -> None:
        self._entries = entries
        self._aside = aside

    def prepare(self) -> None:
        """What an interrupted deposit left aside is gone."""
        self._aside.mkdir(mode=0o700, exist_ok=True)
        for left in self._aside.iterdir():
            left.unlink()

    @contextmanager
    def incoming(self) -> Iterator[Incoming]:
        """A file aside, gone at the end."""
        handle, name = tempfile.mkstemp(dir=self._aside)
        try:
            with os.fdopen(handle, "wb") as stream:
                yield Incoming(stream, Path(name))
        finally:
            Path(name).unlink(missing_ok=True)

    def list(self, workspace: WorkspaceName) -> tuple[Deposit, ...]:
        """What a person has deposited on a processing, by name; a file that goes meanwhile hides no other."""
        folder = self._entries / workspace.processing / workspace.person
        found: list[Deposit] = []
        with suppress(FileNotFoundError), os.scandir(folder) as entries:
            for each in entries:
                with suppress(FileNotFoundError):
                    found.append(_deposit(each.name, each.stat(follow_symlinks=False)))
        return tuple(sorted(found, key=lambda each: each.name))

    def check_room(self, workspace: WorkspaceName, size: int, most: int, most_files: int) -> None:
        """Raises RefusedError when one more file of this size is too much."""
        there = self.list(workspace)
        if len(there) >= most_files or sum(each.bytes for each in there) + size > most:
            raise RefusedError(
                413,
                f"Vos dépôts dépasseraient {most // 1024**2} Mio ou {most_files} fichiers : "
                "retirez ceux qui ne servent plus.",
            )

    def check_free(self, workspace: WorkspaceName, name: str) -> None:
        """Raises RefusedError when there is no folder to deposit in, or a file of this name."""
        with self._folder(workspace) as folder:
            if name in os.listdir(folder):  # noqa: PTH208 - a descriptor
                raise RefusedError(409, TAKEN)

    def keep(self, incoming: Incoming, workspace: WorkspaceName, name: str) -> None:
        """The file appears under its name, whole; raises RefusedError when that is taken."""
        with self._folder(workspace) as folder:
            try:
                os.link(incoming.path, name, dst_dir_fd=folder, follow_symlinks=False)
            except FileExistsError:
                raise RefusedError(409, TAKEN) from None
            os.fsync(folder)

    def remove(self, workspace: WorkspaceName, name: str) -> None:
        """The file is gone; raises RefusedError when there is none."""
        with self._folder(workspace) as folder:
            try:
                os.unlink(name, dir_fd=folder)
            except FileNotFoundError:
                raise RefusedError(404, "Aucun fichier de ce nom n'est déposé.") from None
            os.fsync(folder)

    def check_there(self, workspace: WorkspaceName, name: str) -> None:
        """Raises RefusedError when no file of this name is deposited."""
        if name not in {each.name for each in self.list(workspace)}:
            raise RefusedError(404, "Aucun fichier de ce nom n'est déposé.")

    @contextmanager
    def _folder(self, workspace: WorkspaceName) -> Iterator[int]:
        """The folder of a person on a processing, as the guard made it; no link is followed."""
        try:
            outer = os.open(self._entries / workspace.processing, _FOLDER)
        except FileNotFoundError:
            raise RefusedError(409, NO_FOLDER) from None
        try:
            handle = os.open(workspace.person, _FOLDER, dir_fd=outer)
        except FileNotFoundError:
            raise RefusedError(409, NO_FOLDER) from None
        finally:
            os.close(outer)
        try:
            yield handle
        finally:
            os.close(handle)


def _deposit(name: str, stat: os.stat_result) -> Deposit:
    return Deposit(name, stat.st_size, datetime.fromtimestamp(stat.st_mtime, UTC).date().isoformat())
