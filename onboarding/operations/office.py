"""Where operations are carried out: permission, change, journal, register, in one transaction; then what it changed.

An operation edits a draft of documents; the register's writer takes all of them or none, refuses what
somebody else changed meanwhile, and journals actor and reason.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from onboarding.actor import Actor
from onboarding.operations.effects import Effect, affected, effects
from onboarding.permissions import check_permission
from onboarding.writing import Writer
from policies.access.approvals import Organisations
from policies.access.decision import Decision
from policies.access.workspace import UnknownProcessingError, decide_workspace
from policies.directory.person import Person
from policies.engine.model import Law
from policies.errors import DatalabError, InvalidFilesError, Problem
from policies.files import nearest
from policies.proofs.keys import PublicKeys
from policies.register.attested import plain
from policies.register.follow import FoundProcessing, Register

Values = dict[str, Any]
FACTORS = ("password", "totp")
SHORTEST_REASON = 3


class UnknownTargetError(DatalabError):
    """Raised when the register has no project, processing, dataset or entry of this name."""


class AlreadyThereError(DatalabError):
    """Raised when something of this name is there already, or is already what it is asked to become."""


@dataclass
class Draft:
    """Documents in the making, on the register that the operation starts from."""

    register: Register
    actor: Actor
    day: date
    changes: dict[str, Values] = field(default_factory=dict)

    def document(self, path: str) -> Values:
        """A document's plain values, to be edited; raises UnknownTargetError when there is none."""
        if path not in self.changes:
            found = self.register.document(path) if path in self.register.documents else None
            if found is None:
                raise UnknownTargetError(f"{path} : le registre n'a pas ce document")
            self.changes[path] = copy.deepcopy(plain(found))
        return self.changes[path]

    def new(self, path: str, values: Values) -> None:
        """A document that was not there; raises AlreadyThereError."""
        if path in self.register.documents or path in self.changes:
            raise AlreadyThereError(f"{path} : existe déjà ; choisissez un autre identifiant")
        self.changes[path] = values

    def proposed(self) -> Values:
        """The mark of who proposes an entry, and when; it counts once somebody else approved it."""
        return {"person": self.actor.person, "day": self.day.isoformat()}

    def processing(self, name: str) -> tuple[FoundProcessing, Values]:
        """A processing of the register and its values in the draft; raises UnknownTargetError."""
        found = find_processing(self.register, name)
        return found, self.document(f"projects/{found.project_id}.yaml")["processings"][name]


@dataclass(frozen=True)
class Outcome:
    """What an operation did: the new register, the places that wait for an approval, what changed for whom."""

    operation: str
    digest: str
    to_approve: tuple[str, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class Office:
    """One installation, as operations need it; sources are read when they are asked for."""

    writer: Writer
    register: Callable[[], Register]
    law: Callable[[], Law]
    keys: Callable[[], PublicKeys]
    people: Callable[[Iterable[str]], Mapping[str, Person | None]]
    today: Callable[[], date]

    def carry_out(
        self,
        operation: str,
        actor: Actor,
        reason: str,
        at: Callable[[Register], Organisations],
        edit: Callable[[Draft], Iterable[str]],
    ) -> Outcome:
        """Edit a draft and write it; `edit` answers the places that wait for an approval.

        Raises NotPermittedError, UnknownTargetError, AlreadyThereError, StaleError, InvalidFilesError.
        """
        before = self.register()
        check_permission(operation, actor, at(before))
        _check_reason(reason)
        draft = Draft(before, actor, self.today())
        to_approve = tuple(edit(draft))
        seen = {path: before.documents.get(path) for path in draft.changes}
        digest = self.writer.write(draft.changes, seen, actor.person, f"{operation} : {reason}")
        return Outcome(operation, digest, to_approve, self._effects(before))

    def _effects(self, before: Register) -> tuple[Effect, ...]:
        after = self.register()
        law, keys, day = self.law(), self.keys(), self.today()
        known: dict[str, Person | None] = {}

        def decide(register: Register, person: str, processing: str) -> Decision | None:
            if person not in known:
                known.update(self.people([person]))
            found = known[person]
            if found is None:
                return None
            try:
                return decide_workspace(law, register, found, FACTORS, processing, day, keys)
            except UnknownProcessingError:
                return None

        return effects(before, after, decide, affected(before, after))


def _check_reason(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_REASON:
        raise InvalidFilesError([Problem("motif", "", "manque : dites pourquoi, en quelques mots")])


def find_processing(register: Register, name: str) -> FoundProcessing:
    """The processing of this name; raises UnknownTargetError with the nearest one."""
    found = register.find_processing(name)
    if found is None:
        raise UnknownTargetError(_unknown("traitement", name, [each.id for each in register.processings()]))
    return found


def at_project(project: str) -> Callable[[Register], Organisations]:
    """The organisations whose roles count for a project."""

    def at(register: Register) -> Organisations:
        found = register.projects.get(project)
        if found is None:
            raise UnknownTargetError(_unknown("projet", project, list(register.projects)))
        return Organisations(carrier=found.carrier)

    return at


def at_processing(processing: str) -> Callable[[Register], Organisations]:
    """The organisations whose roles count for a processing."""

    def at(register: Register) -> Organisations:
        found = find_processing(register, processing)
        return Organisations(carrier=found.project.carrier, controller=found.processing.controller)

    return at


def at_dataset(dataset: str) -> Callable[[Register], Organisations]:
    """The organisations whose roles count for a dataset."""

    def at(register: Register) -> Organisations:
        found = register.datasets.get(dataset)
        if found is None:
            raise UnknownTargetError(_unknown("jeu de données", dataset, list(register.datasets)))
        return Organisations(producer=found.producer)

    return at


def nowhere(_: Register) -> Organisations:
    """What is DINUM's own affair: only the roles of the operator count."""
    return Organisations()


def _unknown(what: str, name: str, known: list[str]) -> str:
    hint = nearest(name, known)
    near = f" ; vouliez-vous dire {hint.removeprefix('; did you mean ').rstrip('?')} ?" if "mean" in hint else ""
    return f"{what} {name} : inconnu du registre{near}"
