"""A ticket is one text that verifies for what was signed, within its age, and for nothing else."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.signin.signing import SigningKey
from policies.files import canonical_json
from policies.proofs.keys import ProofError, PublicKeys
from policies.proofs.tickets import Ticket, check_ticket, decode, encode
from tests.support.signing import make_key, published

KEY = make_key()
KEYS = published(KEY)
SIGNED = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
AGE = timedelta(hours=12)
TICKET = KEY.ticket("p7f3k2", ("password", "totp"), SIGNED)
TEXT = encode(TICKET)


def test_a_ticket_verifies_and_says_who_and_how() -> None:
    assert check_ticket(TEXT, KEYS, SIGNED, AGE) == TICKET
    assert (TICKET.person, TICKET.factors, TICKET.signed_at) == ("p7f3k2", ("password", "totp"), SIGNED)


def test_a_ticket_is_one_printable_text() -> None:
    assert set(TEXT) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(TEXT) < 500
    assert decode(TEXT) == TICKET


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (timedelta(0), None),
        (AGE, None),
        (AGE + timedelta(microseconds=1), "trop ancienne"),
        (timedelta(days=400), "trop ancienne"),
        (-timedelta(microseconds=1), "futur"),
        (-timedelta(days=1), "futur"),
    ],
)
def test_a_ticket_ages_and_never_comes_from_the_future(after: timedelta, why: str | None) -> None:
    if why is None:
        assert check_ticket(TEXT, KEYS, SIGNED + after, AGE) == TICKET
        return
    with pytest.raises(ProofError, match=why):
        check_ticket(TEXT, KEYS, SIGNED + after, AGE)


def remade(**changes: object) -> str:
    values = TICKET.model_dump(mode="json") | {"signed_at": "2026-03-29T00:30:00.000000+00:00"} | changes
    return base64.urlsafe_b64encode(canonical_json(values)).decode().rstrip("=")


def test_remade_without_a_change_it_is_the_same() -> None:
    assert remade() == TEXT


@pytest.mark.parametrize(
    "changes",
    [
        {"person": "p1a2b3"},
        {"factors": ["password"]},
        {"factors": ["totp", "password"]},
        {"signed_at": "2026-03-29T00:30:01.000000+00:00"},
        {"signature": make_key(2).ticket("p7f3k2", ("password", "totp"), SIGNED).signature},
        {"signature": base64.b64encode(bytes(64)).decode()},
        {"signature": ""},
    ],
)
def test_a_changed_ticket_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ProofError, match="signature"):
        check_ticket(remade(**changes), KEYS, SIGNED, AGE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "{}",
        TEXT[:-2],
        TEXT + "=",
        TEXT + "\n",
        " " + TEXT,
        TEXT[:10] + "é" + TEXT[11:],
        "A" * 3000,
        base64.urlsafe_b64encode(b"[]").decode(),
        base64.urlsafe_b64encode(json.dumps(TICKET.model_dump(mode="json")).encode()).decode().rstrip("="),
        remade(more="x"),
        remade(person="Not an id"),
        remade(factors=[]),
        remade(signed_at="2026-03-29T00:30:00"),
        remade(signed_at="2026-03-29T02:30:00.000000+02:00"),
    ],
)
def test_another_text_is_no_ticket_and_is_not_repeated(text: str) -> None:
    with pytest.raises(ProofError, match="pas lisible") as refused:
        check_ticket(text, KEYS, SIGNED, AGE)
    assert len(text) < 4 or text not in str(refused.value)


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        (PublicKeys(keys=()), "inconnue"),
        (published(make_key(2)), "inconnue"),
        (published(KEY, since=date(2026, 3, 30)), "ne vaut pas"),
        (published(KEY, until=date(2026, 3, 28)), "ne vaut pas"),
    ],
)
def test_a_ticket_of_a_key_that_does_not_count_is_refused(keys: PublicKeys, why: str) -> None:
    with pytest.raises(ProofError, match=why):
        check_ticket(TEXT, keys, SIGNED, AGE)


def test_the_day_of_a_ticket_is_that_of_paris() -> None:
    """Half past midnight in Paris in summer is still the day before in UTC."""
    signed = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    text = encode(KEY.ticket("p7f3k2", ("password",), signed))
    assert check_ticket(text, published(KEY, since=date(2026, 7, 1)), signed, AGE).signed_at == signed


def test_a_ticket_signed_by_another_key_under_this_one_s_name_is_refused() -> None:
    other: SigningKey = make_key(2)
    forged: Ticket = other.ticket("p7f3k2", ("password",), SIGNED).model_copy(update={"key": KEY.id})
    with pytest.raises(ProofError, match="signature"):
        check_ticket(encode(forged), KEYS, SIGNED, AGE)
