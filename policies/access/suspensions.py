"""A suspension stands until its lift was rightly approved: who takes it out of the register has not lifted it."""

from __future__ import annotations

from collections.abc import Iterator

from policies.access.approvals import Approvals, Organisations
from policies.files import Closed
from policies.register.attested import Suspension
from policies.register.dataset import Dataset
from policies.register.person import PersonDocument
from policies.register.project import Project

Held = tuple[str, Suspension | None, Organisations, frozenset[str]]
"""The place of what may be suspended, its suspension, who may lift it there, who gains by that."""


def stands(
    approvals: Approvals, place: str, suspension: Suspension | None, at: Organisations, who: frozenset[str]
) -> bool:
    """Whether something is suspended; `who` gains by a lift, and may not approve it."""
    if suspension is None:
        return False
    lift = suspension.lifted
    # The data are their producer's: nobody of another administration opens them again.
    kind = "lift_dataset" if place.startswith("datasets/") else "lift"
    return lift is None or approvals.flaw(kind, f"{place}/suspension/lifted", lift, at, who) is not None


def suspendable(path: str, document: Closed) -> Iterator[Held]:
    """Everything of a document that may be suspended."""
    place, nobody = path.removesuffix(".yaml"), frozenset[str]()
    if isinstance(document, Project):
        yield place, document.suspension, Organisations(carrier=document.carrier), nobody
        for name, processing in document.processings.items():
            at = Organisations(carrier=document.carrier, controller=processing.controller)
            yield f"{place}/processings/{name}", processing.suspension, at, nobody
    elif isinstance(document, Dataset):
        yield place, document.suspension, Organisations(producer=document.producer), nobody
    elif isinstance(document, PersonDocument):
        yield place, document.suspension, Organisations(), frozenset({place.partition("/")[2]})
