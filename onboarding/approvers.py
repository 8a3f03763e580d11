"""Who may approve what waits at a place of the register: of which role, in which organisation, and who gains by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from onboarding.permissions import CALLED
from policies.access.approvals import Organisations
from policies.engine.model import Law
from policies.files import Closed
from policies.register.attested import Attested
from policies.register.dataset import Dataset
from policies.register.places import split_place
from policies.register.project import DatasetUse, Mission, Processing, Project, Requalification, TeamEntry, Title

Find = Callable[[str], Closed | None]
"""The document at a path, None when there is none."""

ENTRIES = {
    "processings": "processing", "team": "team", "missions": "mission", "datasets": "dataset_use", "titles": "title",
    "requalifications": "requalification", "parts": "part", "commitments": "commitment",
    "deliveries": "delivery",
}  # fmt: skip
DOCUMENTS = {"projects": "project", "datasets": "dataset"}
PLATFORM = {"homologation": "homologation", "hosting": "hosting", "health_hosting": "hosting"}
ALONE = 2
"""So many words have the place of a whole document: its folder and its id."""


def approval_kind(place: str) -> str:
    """The parameter `approval.<kind>` of the law that names the roles for an entry at a place."""
    words = place.split("/")
    if words[0] == "datalab":
        return PLATFORM[words[1]]
    if words[-1] == "lifted":
        return "lift_dataset" if words[0] == "datasets" else "lift"
    return DOCUMENTS[words[0]] if len(words) == ALONE else ENTRIES[words[-2]]


def say_approvers(law: Law, place: str, day: date) -> str:
    """Whom to ask; nobody where the law names no role."""
    roles = law.parameter(f"approval.{approval_kind(place)}", day) or ()
    words = [called for role, called in CALLED.items() if role in roles]
    return " ou ".join(words) or "personne : la loi ne nomme aucun rôle"


def organisations(find: Find, place: str, entry: Attested) -> Organisations:
    """Whose roles count for an entry at this place."""
    path, keys = split_place(place)
    document = find(path)
    if isinstance(document, Dataset):
        return Organisations(producer=document.producer)
    if not isinstance(document, Project):
        return Organisations()
    if keys[:1] != ("processings",):
        return Organisations(carrier=document.carrier)
    processing = document.processings[keys[1]]
    producers = {each.producer for each in map(find, _datasets(processing, keys, entry)) if isinstance(each, Dataset)}
    return Organisations(
        carrier=document.carrier,
        controller=processing.controller,
        producer=producers.pop() if len(producers) == 1 else None,
    )


def _datasets(processing: Processing, keys: tuple[str, ...], entry: Attested) -> set[str]:
    """The documents of the datasets that an entry opens."""
    named: set[str] = set()
    if isinstance(entry, Title):
        named = {part.partition("/")[0] for part in entry.parts or ()} or set(processing.datasets)
    elif isinstance(entry, Requalification):
        named = {part.partition("/")[0] for part in entry.parts}
    elif isinstance(entry, DatasetUse):
        named = {keys[-1]}
    return {f"datasets/{each}.yaml" for each in named}


def beneficiaries(place: str, entry: Attested) -> frozenset[str]:
    """The people who gain by an entry, and so may not approve it."""
    if isinstance(entry, TeamEntry):
        return frozenset({place.rpartition("/")[2]})
    if isinstance(entry, Mission | Requalification):
        return frozenset({entry.person})
    if isinstance(entry, Title):
        return frozenset(entry.people or ())
    return frozenset({place.split("/")[1]}) if place.startswith("people/") else frozenset()
