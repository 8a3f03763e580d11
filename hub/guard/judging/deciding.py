"""The guard's own decision, on its own look-up of the person, against the one that the hub says it made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.guard.errors import RefusalError, StaleRequestError
from hub.guard.judging.asked import Asked
from hub.guard.judging.sources import Snapshot, Sources
from policies.access.decision import Decision
from policies.access.ground import Ground, journaled, make_ground
from policies.access.workspace import UnknownProcessingError, decide_workspace
from policies.calendar import paris_day
from policies.directory.person import Person
from policies.names import WorkspaceName


@dataclass(frozen=True)
class Decided:
    """A decision, and what it was made on."""

    decision: Decision
    ground: Ground

    def journaled(self) -> dict[str, Any]:
        """Both, as the journal holds them."""
        return journaled(self.decision, self.ground)


def decide_again(
    sources: Sources, snapshot: Snapshot, name: WorkspaceName, factors: tuple[str, ...], now: datetime
) -> Decided:
    """What the law gives this person today; raises RefusalError when nobody knows person or processing."""
    person = sources.person(name.person)
    if person is None:
        raise RefusalError("L'annuaire ne connaît pas cette personne.")
    decision = decide_for(snapshot, person, name, factors, now)
    ground = make_ground(snapshot.register, snapshot.keys, person, factors, name.processing)
    return Decided(decision, ground)


def decide_for(
    snapshot: Snapshot, person: Person, name: WorkspaceName, factors: tuple[str, ...], now: datetime
) -> Decision:
    """What the law gives a person who was just looked up; raises RefusalError for an unknown processing."""
    day = paris_day(now)
    try:
        return decide_workspace(snapshot.law, snapshot.register, person, factors, name.processing, day, snapshot.keys)
    except UnknownProcessingError:
        raise RefusalError("Le registre ne connaît pas ce traitement.") from None


def check_same_ground(asked: Asked, decision: Decision) -> None:
    """The hub judged on the same law, facts and day, or decides again; raises StaleRequestError."""
    ground = {
        "la loi a changé": (asked.law, decision.law),
        "les faits ont changé": (asked.facts, decision.facts),
        "le jour a changé": (asked.day, decision.day.isoformat()),
    }
    for what, (theirs, ours) in ground.items():
        if theirs != ours:
            raise StaleRequestError(what)


def check_allowed(decided: Decided) -> None:
    """Raises RefusalError with the law's own messages, and the decision for the journal."""
    if not decided.decision.allowed:
        messages = [refusal.message for refusal in decided.decision.refusals]
        words = " ".join(messages) or "Aucune règle ne permet d'ouvrir cet espace de travail."
        raise RefusalError(words, decided.journaled())
