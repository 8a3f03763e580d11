"""Who signed in enters their own workspaces, as long as their ticket counts; each entrance is journaled before."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from hub.signin.bodies import PassBody
from hub.signin.passes import KEY_FILE, Passes, pass_key, publish_pass_key
from hub.signin.refusals import RefusedError
from policies.names import WorkspaceName
from policies.proofs.keys import decode_base64, is_signed
from policies.proofs.passes import encode_pass, pass_statement
from policies.proofs.tickets import encode
from policies.settings import Places
from tests.hub.signin.test_factors import NOW
from tests.support.known_people import KnownPeople
from tests.support.signing import make_key, published

KEY, AGE, BROWSER = make_key(), timedelta(hours=10), "ab" * 32
OWN = "pana01--aides-eval"


@pytest.fixture
def people(tmp_path: Path) -> KnownPeople:
    return KnownPeople(tmp_path, lambda: NOW)


@pytest.fixture
def passes(people: KnownPeople) -> Passes:
    return Passes(KEY, lambda: published(KEY), AGE, people.identity.diary, lambda: NOW)


def ticket(person: str = "pana01", age: timedelta = timedelta(hours=1), seed: int = 1) -> str:
    return encode(make_key(seed).ticket(person, ("password",), NOW - age))


def test_a_pass_is_for_a_workspace_and_a_browser_until_the_ticket_ends(passes: Passes, people: KnownPeople) -> None:
    answer = passes.let_in(PassBody(ticket=ticket(), workspace=OWN, browser=BROWSER))
    last, _, signature = answer["pass"].partition(".")
    until = int((NOW + timedelta(hours=9)).timestamp())
    assert int(last) == until
    statement = pass_statement(WorkspaceName("pana01", "aides-eval"), BROWSER, until)
    assert encode_pass(until, KEY.sign(statement)) == answer["pass"]
    assert statement.decode() == (
        f'{{"browser":"{BROWSER}","purpose":"pass","until":{until},"workspace":"pana01--aides-eval"}}'
    )
    assert len(signature) == 128
    assert people.journaled() == [("entrance", {"person": "pana01", "processing": "aides-eval"})]


REFUSED = {
    "an old ticket": (ticket(age=timedelta(hours=11)), OWN, "ticket_refused"),
    "a ticket of tomorrow": (ticket(age=timedelta(hours=-1)), OWN, "ticket_refused"),
    "a ticket that another key signed": (ticket(seed=2), OWN, "ticket_refused"),
    "no ticket": ("", OWN, "ticket_refused"),
    "somebody else's workspace": (ticket(), "pben02--aides-eval", "not_theirs"),
    "no workspace": (ticket(), "pana01--", "not_theirs"),
    "a path": (ticket(), "pana01--aides-eval/../x", "not_theirs"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_nobody_enters_with(passes: Passes, people: KnownPeople, what: str) -> None:
    shown, workspace, word = REFUSED[what]
    with pytest.raises(RefusedError, match=word):
        passes.let_in(PassBody(ticket=shown, workspace=workspace, browser=BROWSER))
    [(kind, payload)] = people.journaled()
    assert (kind, (payload or {})["reason"]) == ("ticket_refused", word)


def test_what_cannot_be_journaled_lets_nobody_in(passes: Passes, people: KnownPeople) -> None:
    people.chain.write_text("a file where the folder of the chain is made")
    with pytest.raises(RefusedError, match="journal_unavailable"):
        passes.let_in(PassBody(ticket=ticket(), workspace=OWN, browser=BROWSER))


def test_no_other_statement_of_the_key_is_a_pass() -> None:
    """A ticket's and an approval's statements hold another purpose, and a pass's no ticket."""
    until = int(NOW.timestamp())
    statement = pass_statement(WorkspaceName("pana01", "aides-eval"), BROWSER, until)
    assert not is_signed(KEY.public, statement, KEY.ticket("pana01", ("password",), NOW).signature)
    assert b'"purpose":"pass"' in statement


def test_the_front_reads_the_key_and_the_hub_does_not(tmp_path: Path) -> None:
    places = Places(program=tmp_path, state=tmp_path, run=tmp_path / "run", law=tmp_path)
    publish_pass_key(places, KEY)
    file = places.run / "identity" / KEY_FILE
    assert file.read_bytes() == pass_key(KEY) == decode_base64(KEY.public, 32).hex().encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    publish_pass_key(places, make_key(2))
    assert file.read_bytes() == pass_key(make_key(2))
