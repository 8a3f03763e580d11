"""What somebody may open on a register that is or would be, for the answer of an operation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from policies.access.decision import Decision
from policies.access.workspace import UnknownProcessingError, decide_workspace
from policies.directory.person import Person
from policies.engine.model import Law
from policies.proofs.keys import PublicKeys
from policies.proofs.tickets import EVERY_FACTOR
from policies.register.follow import Register


@dataclass(frozen=True)
class Judge:
    """Decides as hub and guard do; each person is looked up once."""

    law: Law
    keys: PublicKeys
    people: Callable[[Iterable[str]], Mapping[str, Person | None]]
    day: date
    _known: dict[str, Person | None] = field(default_factory=dict)

    def __call__(self, register: Register, person: str, processing: str) -> Decision | None:
        """The decision; None when the directory has nobody of this id, or the register no such processing."""
        if person not in self._known:
            self._known.update(self.people([person]))
        found = self._known[person]
        if found is None:
            return None
        try:
            return decide_workspace(self.law, register, found, EVERY_FACTOR, processing, self.day, self.keys)
        except UnknownProcessingError:
            return None
