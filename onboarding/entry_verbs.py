"""Which operation would have written an entry of the register, and whose roles count for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from policies.access.approvals import Organisations
from policies.files import Closed
from policies.register.attested import Attested, Lift
from policies.register.dataset import Dataset, Delivery, Part
from policies.register.person import Commitment
from policies.register.project import DatasetUse, Mission, Processing, Project, Requalification, TeamEntry, Title

BY_HAND = "record_by_hand"
VERBS: Mapping[type[Attested], tuple[str, str]] = MappingProxyType(
    {
        Project: ("create_project", "change_project"),
        Processing: ("propose_processing", "change_processing"),
        TeamEntry: ("invite", "invite"),
        Mission: ("agree_mission", "agree_mission"),
        DatasetUse: ("ask_dataset", "ask_dataset"),
        Title: ("propose_title", "propose_title"),
        Requalification: ("request_requalification", "request_requalification"),
        Commitment: ("record_commitment", "record_commitment"),
        Dataset: ("create_dataset", "change_dataset"),
        Part: ("add_part", "add_part"),
        Delivery: ("receive_delivery", "receive_delivery"),
    }
)
"""By entry, the operation that brings a new one, and the one that changes it."""
LIFTS = MappingProxyType({"projects": "resume_project", "datasets": "resume_dataset", "people": "resume_person"})


def verb_of(place: str, entry: Attested, is_new: bool) -> str:
    """The operation; what the datalab says of itself has none but the record by hand."""
    if isinstance(entry, Lift):
        return "resume_processing" if "/processings/" in place else LIFTS[place.partition("/")[0]]
    verbs = VERBS.get(type(entry))
    return BY_HAND if verbs is None else verbs[0 if is_new else 1]


def organisations_of(place: str, document: Closed) -> Organisations:
    """The organisations whose roles count for an entry at a place of a document.

    The producer is that of the document: for what a project says of a dataset, no producer's role counts.
    """
    if isinstance(document, Dataset):
        return Organisations(producer=document.producer)
    if not isinstance(document, Project):
        return Organisations()
    _, _, inside = place.partition("/processings/")
    processing = document.processings.get(inside.partition("/")[0])
    return Organisations(carrier=document.carrier, controller=processing.controller if processing else None)
