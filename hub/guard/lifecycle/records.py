"""The guard's own record of each container that it created: root's, beside its other state.

A label can be written by whoever reaches Docker; a record only by the guard. It says how far a
workspace came, so that whoever finds it after a crash knows what to do with it.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import Field

from hub.guard.host.process import Process
from hub.guard.judging.effects import Held
from policies.errors import InvalidFilesError
from policies.files import Closed, parse, read_yaml, remove_half_written, write_atomic
from policies.names import WorkspaceName, find_workspace_name

State = Literal["creating", "created", "starting", "checked", "answering", "leaving"]
NOT_YET = "0" * 64
ENDED: frozenset[State] = frozenset({"creating", "created", "leaving"})
log = logging.getLogger("datalab.guard")


class Record(Closed):
    """One container: its definition's fingerprint, and how far it came.

    `creating`: Docker is being asked, the id is not known yet. `checked`: it runs, and its mounts were
    compared with those that it must have. `answering`: it was seen to accept connections, and stands when
    the guard is started anew. `leaving`: it is to be gone. A container is started once: what was stopped
    never comes back with old mounts and an old token. `held` is what it was started with, on which it is
    judged as long as it runs; `process` its first process.
    """

    name: str
    id: str = Field(pattern=r"^[0-9a-f]{64}$")
    config: str
    state: State
    held: Held | None = None
    process: Process | None = None

    def at(self, state: State, **more: object) -> Record:
        """The same container, further on."""
        return self.model_copy(update={"state": state, **more})

    @property
    def is_owed_an_end(self) -> bool:
        """Whether the journal holds its start and not yet its end."""
        return self.state not in ENDED


class Records:
    """The records by workspace, one small file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self) -> None:
        """The folder is there."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def clear_half_written(self) -> None:
        """What a guard that was killed had not yet put in place is gone."""
        remove_half_written(self._folder)

    def read(self, name: WorkspaceName) -> Record | None:
        """The record of a workspace, None when the guard created none; raises InvalidFilesError."""
        path = self._path(name)
        return parse(Record, read_yaml(path), str(path)) if path.exists() else None

    def trusted(self, name: WorkspaceName) -> Record | None:
        """As `read`, but a record that cannot be read vouches for nothing."""
        try:
            return self.read(name)
        except InvalidFilesError as error:
            log.warning("%s", error)
            return None

    def names(self) -> set[str]:
        """The workspaces of which there is a record."""
        return {path.stem for path in self._folder.glob("[!.]*.json")}

    def all(self) -> Iterator[tuple[WorkspaceName, Record]]:
        """Every record that can be read."""
        for stem in sorted(self.names()):
            name = find_workspace_name(stem)
            found = self.trusted(name) if name else None
            if name and found:
                yield name, found

    def write(self, record: Record, durable: bool = True) -> None:
        """Keep a record instead of the one before; one that is not durable outlives the guard, not a power cut."""
        path = self._folder / f"{record.name}.json"
        write_atomic(path, record.model_dump_json().encode(), mode=0o600, durable=durable)

    def forget(self, name: WorkspaceName) -> None:
        """There is no record of this workspace any more."""
        with suppress(FileNotFoundError):
            self._path(name).unlink()

    def keep_only(self, names: Collection[str]) -> None:
        """Forget every workspace but these."""
        for path in self._folder.glob("*.json"):
            if path.stem not in names:
                path.unlink()

    def _path(self, name: WorkspaceName) -> Path:
        return self._folder / f"{name}.json"
