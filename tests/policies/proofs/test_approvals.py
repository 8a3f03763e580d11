"""An approval counts for one entry, one person with these roles, one day; and never as a ticket."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from policies.directory.person import Person
from policies.proofs.approvals import check_approval
from policies.proofs.keys import ProofError
from policies.proofs.tickets import Ticket, check_ticket, encode
from policies.register.attested import Approval, Proof
from tests.support.signing import make_key, published

KEY = make_key()
KEYS = published(KEY)
DAY = date(2026, 3, 1)
ENTRY = "ab" * 32
DPO = Person(id="p7f3k2", name="Helene", organisation="minefi", roles=frozenset({"producer", "dpo"}))
APPROVAL = KEY.approval(DPO, DAY, ENTRY)


def test_an_approval_counts_for_the_entry_that_it_signs() -> None:
    check_approval(APPROVAL, ENTRY, KEYS)
    assert (APPROVAL.proof.organisation, APPROVAL.proof.roles) == ("minefi", ("dpo", "producer"))


@pytest.mark.parametrize("entry", ["cd" * 32, "", "AB" * 32, ENTRY + "\n"])
def test_it_counts_for_no_other_entry(entry: str) -> None:
    with pytest.raises(ProofError, match="ne correspond pas"):
        check_approval(APPROVAL, entry, KEYS)


def changed(**changes: object) -> Approval:
    return APPROVAL.model_copy(update=changes)


def with_proof(**changes: object) -> Approval:
    return changed(proof=APPROVAL.proof.model_copy(update=changes))


@pytest.mark.parametrize(
    "approval",
    [
        changed(person="p1a2b3"),
        changed(day=date(2026, 3, 2)),
        with_proof(organisation="dinum"),
        with_proof(roles=("dpo", "producer", "administrator")),
        with_proof(roles=("dpo",)),
        with_proof(roles=("producer", "dpo")),
        with_proof(signature="not base64"),
        with_proof(signature=make_key(2).approval(DPO, DAY, ENTRY).proof.signature),
    ],
)
def test_a_changed_approval_does_not_count(approval: Approval) -> None:
    with pytest.raises(ProofError, match="ne correspond pas"):
        check_approval(approval, ENTRY, KEYS)


def test_a_key_that_does_not_cover_the_day_does_not_count() -> None:
    check_approval(APPROVAL, ENTRY, published(KEY, until=DAY))
    with pytest.raises(ProofError, match="ne vaut pas au 01/03/2026"):
        check_approval(APPROVAL, ENTRY, published(KEY, since=date(2026, 3, 2)))
    with pytest.raises(ProofError, match="inconnue"):
        check_approval(APPROVAL, ENTRY, published(make_key(2)))


def test_what_was_verified_under_one_key_is_not_remembered_for_another() -> None:
    check_approval(APPROVAL, ENTRY, KEYS)
    other = make_key(2)
    renamed = with_proof(key=other.id)
    with pytest.raises(ProofError, match="ne correspond pas"):
        check_approval(renamed, ENTRY, published(other))


def test_a_ticket_is_no_approval_and_an_approval_no_ticket() -> None:
    moment = datetime(2026, 3, 1, 8, tzinfo=UTC)
    ticket = KEY.ticket(DPO.id, ("password",), moment)
    proof = Proof(key=KEY.id, organisation="minefi", roles=("dpo",), signature=ticket.signature)
    with pytest.raises(ProofError, match="ne correspond pas"):
        check_approval(Approval(person=DPO.id, day=DAY, proof=proof), ENTRY, KEYS)
    forged = Ticket(
        person=DPO.id,
        factors=("password",),
        signed_at=moment,
        key=KEY.id,
        signature=APPROVAL.proof.signature,
    )
    with pytest.raises(ProofError, match="signature"):
        check_ticket(encode(forged), KEYS, moment, timedelta(hours=1))


def test_many_approvals_checked_again_cost_little() -> None:
    """100,000 approvals are read again at each change of the register; only new ones are verified."""
    entries = [f"{number:064x}" for number in range(500)]
    approvals = [KEY.approval(DPO, DAY, entry) for entry in entries]
    first = _time(approvals, entries)
    again = min(_time(approvals, entries) for _ in range(3))
    assert again < first / 5


def _time(approvals: list[Approval], entries: list[str]) -> float:
    start = time.perf_counter()
    for approval, entry in zip(approvals, entries, strict=True):
        check_approval(approval, entry, KEYS)
    return time.perf_counter() - start
