"""What people may read on a processing today, for their spaces; others as if they signed in with a password alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.guard.errors import RefusalError
from hub.guard.judging.deciding import decide_for
from hub.guard.judging.sources import Snapshot, Sources
from policies.access.spaces import Label
from policies.directory.person import Person
from policies.names import WorkspaceName
from policies.proofs.tickets import PASSWORD_ALONE
from policies.register.project import Processing

NONE: Label = frozenset()


def labels_of_others(sources: Sources, name: WorkspaceName, now: datetime) -> list[Label]:
    """The restricted parts of everybody else who may open this processing: a space moves with all or with none."""
    snapshot = sources.snapshot()
    found = snapshot.register.find_processing(name.processing)
    named = others(found.processing, name.person) if found else []
    labels = (
        _label_for(snapshot, sources.person(person), WorkspaceName(person, name.processing), PASSWORD_ALONE, now)
        for person in named
    )
    return [label for label in labels if label is not None]


def granted(
    sources: Sources, names: Sequence[WorkspaceName], factors: tuple[str, ...], now: datetime
) -> dict[WorkspaceName, Label]:
    """The restricted parts that one person may read today on processings; who is refused is granted nothing."""
    snapshot = sources.snapshot()
    person = sources.person(names[0].person)
    return {name: (_label_for(snapshot, person, name, factors, now) or NONE) for name in names}


def others(processing: Processing, person: str) -> list[str]:
    """Everybody else who is named on a processing, in the team or by a mission."""
    return sorted(set(processing.everybody) - {person})


def _label_for(
    snapshot: Snapshot, person: Person | None, name: WorkspaceName, factors: tuple[str, ...], now: datetime
) -> Label | None:
    """None when the person may not open the workspace."""
    if person is None:
        return None
    try:
        decision = decide_for(snapshot, person, name, factors, now)
    except RefusalError:
        return None
    return decision.label if decision.allowed else None
