"""The guard's own record of each container that it created: root's, beside its other state.

A label can be written by whoever reaches Docker; a record only by the guard.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import Field

from hub.guard.effects import Held
from policies.files import Closed, parse, read_yaml, write_atomic
from policies.names import WorkspaceName

State = Literal["created", "starting", "checked"]


class Record(Closed):
    """One container: its definition's fingerprint, and how far it came.

    `checked` means that its mounts were compared with those that it must have. A container is
    started once: what was stopped never comes back with old mounts and an old token. `held` is what
    it was started with, on which it is judged as long as it runs.
    """

    name: str
    id: str = Field(pattern=r"^[0-9a-f]{64}$")
    config: str
    state: State
    held: Held | None = None


class Records:
    """The records by workspace, one small file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self) -> None:
        """The folder is there."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def read(self, name: WorkspaceName) -> Record | None:
        """The record of a workspace, None when the guard created none; raises InvalidFilesError."""
        path = self._path(name)
        return parse(Record, read_yaml(path), str(path)) if path.exists() else None

    def write(self, record: Record) -> None:
        """Keep a record, durably, instead of the one before."""
        path = self._folder / f"{record.name}.json"
        write_atomic(path, record.model_dump_json().encode(), mode=0o600)

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
