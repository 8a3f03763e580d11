"""The guard's own sources: law, register, keys, directory, and its memory. None of them passes through the hub."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol

from hub.guard.judging.archive import Archive
from policies.access.approvals import Approvals
from policies.directory.person import Person
from policies.engine.follow import LawFollower
from policies.engine.model import Law
from policies.proofs.keys import PublicKeys, read_public_keys
from policies.register.follow import Register, RegisterFollower
from policies.settings import Places


class People(Protocol):
    """The directory, as far as the guard needs it."""

    def person(self, person_id: str) -> Person | None:
        """The person with this id, None when the directory has none; raises UnavailableError."""


@dataclass(frozen=True)
class Snapshot:
    """Law, register and public keys as they were at one moment."""

    law: Law
    register: Register
    keys: PublicKeys


See = Callable[[Register, Approvals], Register]
"""What makes of a register the one to judge on: the guard's memory."""


def as_it_is(register: Register, approvals: Approvals) -> Register:
    """The register without anybody's memory."""
    return register


class Sources:
    """What the guard judges on; every method raises UnavailableError or InvalidFilesError.

    Where it `keeps`, what a snapshot holds is kept for whoever wants to judge again later.
    """

    def __init__(self, places: Places, people: People, see: See = as_it_is, keeps: bool = False) -> None:
        self._law = LawFollower(places.law)
        self._register = RegisterFollower(places.register_folder)
        self._keys: Path = places.keys
        self._people = people
        self._see = see
        self._archive = Archive(places) if keeps else None
        self._lock = Lock()

    def snapshot(self) -> Snapshot:
        """The sources now; one reader at a time, because following is not thread-safe."""
        with self._lock:
            law, keys = self._law.current(), read_public_keys(self._keys)
            register = self._see(self._register.current(), Approvals(law, keys))
            if self._archive is not None:
                self._archive.keep(law, keys)
            return Snapshot(law, register, keys)

    def person(self, person_id: str) -> Person | None:
        """A person of the directory, looked up now."""
        return self._people.person(person_id)
