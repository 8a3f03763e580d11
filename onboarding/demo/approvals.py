"""Who approves what in the demo: someone with the role that the law names, who gains nothing by it.

Pure: documents, the law's roles and the cast go in, a list of signatures to ask for comes out.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onboarding.approvers import approval_kind, beneficiaries, organisations
from onboarding.demo.people import Actor, Cast
from policies.errors import DatalabError
from policies.files import Closed
from policies.register.attested import Attested
from policies.register.places import attested_entries, split_place

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
    kind = approval_kind(place)
    at = organisations(models.get, place, entry)
    excluded = beneficiaries(place, entry) | {entry.proposed.person}
    for role in roles(kind):
        for actor in cast:
            entitled = role in actor.roles and actor.organisation == at.of_role(role)
            if entitled and cast.id(actor.login) not in excluded:
                return actor
    raise NobodyMayApproveError(f"{place}: nobody of the demo may approve a {kind}; add someone with {roles(kind)}")


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
