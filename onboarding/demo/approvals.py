"""Who approves what in the demo: someone with the role that the law names, who gains nothing by it.

Pure: documents, the law's roles and the cast go in, a list of signatures to ask for comes out.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onboarding.demo.people import Actor, Cast
from policies.access.approvals import Organisations
from policies.errors import DatalabError
from policies.files import Closed
from policies.register.attested import Attested
from policies.register.datalab import HealthHosting, Homologation, Hosting
from policies.register.dataset import Dataset, Part
from policies.register.person import Commitment
from policies.register.places import attested_entries, split_place
from policies.register.project import DatasetUse, Mission, Processing, Project, TeamEntry, Title

KINDS: Mapping[type[Attested], str] = {
    Homologation: "homologation",
    Hosting: "hosting",
    HealthHosting: "hosting",
    Project: "project",
    Processing: "processing",
    TeamEntry: "team",
    Mission: "mission",
    DatasetUse: "dataset_use",
    Title: "title",
    Dataset: "dataset",
    Part: "part",
    Commitment: "commitment",
}

Models = Mapping[str, Closed]
Roles = Callable[[str], Sequence[str]]


class NobodyMayApproveError(DatalabError):
    """Raised when no one of the cast has the role that the law names for an entry."""


@dataclass(frozen=True)
class Signature:
    """An approval to ask for: of what, and under whose login."""

    place: str
    fingerprint: str
    login: str


def signatures(models: Models, pending: frozenset[str], roles: Roles, cast: Cast) -> Iterator[Signature]:
    """What is to be approved and by whom, in the order of the documents; `pending` stays proposed."""
    for path, document in models.items():
        for place, entry in attested_entries(path, document):
            if place not in pending:
                approver = choose_approver(models, place, entry, roles, cast)
                yield Signature(place, entry.signed_fingerprint(place), approver.login)


def choose_approver(models: Models, place: str, entry: Attested, roles: Roles, cast: Cast) -> Actor:
    """The first of the cast with the first role that serves; raises NobodyMayApproveError."""
    kind = KINDS[type(entry)]
    at = organisations(models, place, entry)
    excluded = beneficiaries(place, entry) | {entry.proposed.person}
    for role in roles(kind):
        for actor in cast:
            entitled = role in actor.roles and actor.organisation == at.of_role(role)
            if entitled and cast.id(actor.login) not in excluded:
                return actor
    raise NobodyMayApproveError(f"{place}: nobody of the demo may approve a {kind}; add someone with {roles(kind)}")


def organisations(models: Models, place: str, entry: Attested) -> Organisations:
    """Whose roles count for an entry at this place."""
    path, keys = split_place(place)
    document = models[path]
    if isinstance(document, Dataset):
        return Organisations(producer=document.producer)
    if not isinstance(document, Project):
        return Organisations()
    if not keys:
        return Organisations(carrier=document.carrier)
    processing = document.processings[keys[1]]
    return Organisations(
        carrier=document.carrier,
        controller=processing.controller,
        producer=_producer(models, processing, keys, entry),
    )


def _producer(models: Models, processing: Processing, keys: tuple[str, ...], entry: Attested) -> str | None:
    """The one producer of what the entry opens; none when there are several."""
    if isinstance(entry, Title):
        named = {part.partition("/")[0] for part in entry.parts or ()} or set(processing.datasets)
    elif isinstance(entry, DatasetUse):
        named = {keys[-1]}
    else:
        return None
    found = {document.producer for name in named if isinstance(document := models[f"datasets/{name}.yaml"], Dataset)}
    return found.pop() if len(found) == 1 else None


def beneficiaries(place: str, entry: Attested) -> frozenset[str]:
    """The people who gain by an entry, and so may not approve it."""
    last = place.rpartition("/")[2]
    if isinstance(entry, TeamEntry):
        return frozenset({last})
    if isinstance(entry, Mission):
        return frozenset({entry.person})
    if isinstance(entry, Title):
        return frozenset(entry.people or ())
    return frozenset({place.split("/")[1]}) if isinstance(entry, Commitment) else frozenset()


def with_approvals(documents: Mapping[str, Any], approved: Mapping[str, Any]) -> dict[str, Any]:
    """The documents with each approval at its place; the ones given stay as they were."""
    signed = copy.deepcopy(dict(documents))
    for place, approval in approved.items():
        path, keys = split_place(place)
        entry = signed[path]
        for key in keys:
            entry = entry[key]
        entry["approved"] = approval
    return signed
