"""A second person approves an entry: signs its fingerprint after a fresh sign-in, and only then it counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from onboarding.approvers import approval_kind, beneficiaries, organisations, say_approvers
from onboarding.finding import did_you_mean
from onboarding.writing import Writer
from policies.access.approvals import Approvals
from policies.errors import DatalabError
from policies.files import Closed
from policies.register.attested import Approval, Attested, plain
from policies.register.follow import Register
from policies.register.places import attested_entries, find_entry, split_place

Ask = Callable[[str], Approval]


class UnknownPlaceError(DatalabError):
    """Raised when nothing that needs an approval stands at a place of the register."""


class OwnProposalError(DatalabError):
    """Raised when the one who approves is the one who proposed."""


class NotCountingError(DatalabError):
    """Raised when an approval would not count: by the wrong role, or by whoever gains by it."""


@dataclass(frozen=True)
class ToApprove:
    """An entry waiting for its approval: where it is, in which document, and what is to be signed."""

    place: str
    path: str
    document: Closed
    entry: Attested

    @property
    def fingerprint(self) -> str:
        """What the approval signs: the entry's content and its place."""
        return self.entry.signed_fingerprint(self.place)


def find_to_approve(register: Register, place: str) -> ToApprove:
    """The entry at a place; raises UnknownPlaceError with the nearest place that has one."""
    path, _ = split_place(place)
    entry = find_entry(register, place)
    document = register.document(path) if entry else None
    if entry is None or document is None:
        raise UnknownPlaceError(f"{place}: rien à approuver à cet endroit du registre{_hint(register, place)}")
    return ToApprove(place, path, document, entry)


def _hint(register: Register, place: str) -> str:
    places = [
        at
        for path in register.documents
        if (document := register.document(path)) is not None
        for at, _ in attested_entries(path, document)
    ]
    return did_you_mean(place, places)


def approve(register: Register, place: str, ask: Ask, writer: Writer, approvals: Approvals | None = None) -> Approval:
    """Have an entry approved and write the approval at its place.

    `ask` gives the approval of a fingerprint; which roles may approve what is the law's to say, and is
    judged whenever the entry is used. With `approvals`, one that would not count is refused now, so that
    it takes no good one's place. Raises OwnProposalError, NotCountingError, UnknownPlaceError, StaleError
    when the document changed meanwhile, and what `ask` raises.
    """
    found = find_to_approve(register, place)
    approval = ask(found.fingerprint)
    if approval.person == found.entry.proposed.person:
        raise OwnProposalError("Qui a proposé une entrée ne peut pas l'approuver : demandez à une autre personne.")
    if approvals is not None:
        _check_counts(register, found, approval, approvals)
    writer.write(
        {found.path: with_approval(found, approval)},
        {found.path: register.documents[found.path]},
        approval.person,
        f"Approbation : {place}",
    )
    return approval


def _check_counts(register: Register, found: ToApprove, approval: Approval, approvals: Approvals) -> None:
    """Raises NotCountingError with the reason, and with whom the law lets approve."""
    place, entry = found.place, found.entry
    flaw = approvals.flaw(
        approval_kind(place),
        place,
        entry.model_copy(update={"approved": approval}),
        organisations(register.document, place, entry),
        beneficiaries(place, entry),
    )
    if flaw:
        who = say_approvers(approvals.law, place, approval.day)
        raise NotCountingError(f"{place} : cette approbation ne compterait pas ({flaw}). Peut l'approuver : {who}.")


def with_approval(found: ToApprove, approval: Approval) -> dict[str, Any]:
    """The document's plain values with the approval at the entry's place."""
    values = plain(found.document)
    entry = values
    for key in split_place(found.place)[1]:
        entry = entry[key]
    entry["approved"] = plain(approval)
    return values
