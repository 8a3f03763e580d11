"""What people may read on a processing today, judged as if they signed in with a password alone: for their spaces."""

from __future__ import annotations

from datetime import datetime

from hub.guard.deciding import decide_again
from hub.guard.errors import RefusalError
from hub.guard.sources import Snapshot, Sources
from policies.access.spaces import Label
from policies.names import WorkspaceName
from policies.register.project import Processing

ONE_FACTOR = ("password",)


def labels_of_others(sources: Sources, name: WorkspaceName, now: datetime) -> list[Label]:
    """The restricted parts of everybody else who may open this processing: a space moves with all or with none."""
    snapshot = sources.snapshot()
    found = snapshot.register.find_processing(name.processing)
    named = others(found.processing, name.person) if found else []
    labels = (_label_of(sources, snapshot, WorkspaceName(person, name.processing), now) for person in named)
    return [label for label in labels if label is not None]


def granted(sources: Sources, name: WorkspaceName, now: datetime) -> Label:
    """The restricted parts that a person may read today; who is refused is granted nothing."""
    return _label_of(sources, sources.snapshot(), name, now) or frozenset()


def others(processing: Processing, person: str) -> list[str]:
    """Everybody else who is named on a processing, in the team or by a mission."""
    named = {*processing.team, *(mission.person for mission in processing.missions.values())}
    return sorted(named - {person})


def _label_of(sources: Sources, snapshot: Snapshot, name: WorkspaceName, now: datetime) -> Label | None:
    try:
        decision = decide_again(sources, snapshot, name, ONE_FACTOR, now).decision
    except RefusalError:
        return None
    return decision.label if decision.allowed else None
