"""What the guard keeps on the disk: records of containers, spaces and their sizes, why workspaces ended, its memory."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from hub.guard.host.quotas import Limits, Quotas
from hub.guard.host.spaces_store import SpacesStore
from hub.guard.judging.memory_store import Memory
from hub.guard.lifecycle.records import Records
from hub.guard.watching.ended import EndedStore
from policies.settings import Places


@dataclass(frozen=True)
class Kept:
    """Outlives the guard."""

    records: Records
    spaces: SpacesStore
    quotas: Quotas
    ended: EndedStore
    memory: Memory

    def prepare(self) -> None:
        """The folders are there, root's; a disk that takes no change keeps what a killed guard left half written."""
        self.spaces.prepare()
        self.records.prepare()
        self.ended.prepare()
        for store in (self.spaces, self.records, self.ended):
            with suppress(OSError):
                store.clear_half_written()


def make_kept(places: Places, limits: Limits) -> Kept:
    """What is kept in an installation's state folder."""
    own, spaces = places.state / "guard", places.state / "spaces"
    return Kept(
        Records(own / "workspaces"),
        SpacesStore(spaces),
        Quotas(spaces, limits),
        EndedStore(own / "ended"),
        Memory(own / "memory.json"),
    )
