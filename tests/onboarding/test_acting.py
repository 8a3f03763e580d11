"""Whoever acts has just signed in: an old, foreign or forged ticket names nobody; roles are the directory's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from onboarding.acting import FRESH, actor_of_ticket
from onboarding.actor import Actor
from onboarding.finding import NotFoundError
from policies.calendar import now
from policies.directory.person import Person
from policies.errors import DatalabError
from policies.files import canonical_json
from policies.proofs.tickets import encode
from tests.support.signing import make_key, published

LEAD = Person(id="plead1", name="Une cheffe", organisation="minefi", roles=frozenset({"project_lead"}))


class Table:
    """A directory that is a table."""

    def person(self, id_: str) -> Person | None:
        return LEAD if id_ == LEAD.id else None


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    place = tmp_path / "public.json"
    place.write_bytes(canonical_json(published(make_key()).model_dump(mode="json", by_alias=True)))
    return place


def ticket(person: str = "plead1", seed: int = 1, age: timedelta = timedelta(seconds=1)) -> str:
    return encode(make_key(seed).ticket(person, ("password",), now() - age))


def act(text: str, keys: Path) -> Actor:
    table: Any = Table()
    return actor_of_ticket(text, keys, table)


def test_a_fresh_ticket_names_the_actor_with_the_roles_of_the_directory(keys: Path) -> None:
    assert act(ticket(), keys) == Actor("plead1", "minefi", frozenset({"project_lead"}))


def test_a_sign_in_of_some_minutes_ago_acts_no_more(keys: Path) -> None:
    with pytest.raises(DatalabError, match="trop ancienne"):
        act(ticket(age=FRESH + timedelta(seconds=1)), keys)


@pytest.mark.parametrize("text", ["", "e30", ticket(seed=2), ticket()[:-4] + "AAAA"])
def test_what_the_sign_in_process_did_not_sign_names_nobody(text: str, keys: Path) -> None:
    with pytest.raises(DatalabError):
        act(text, keys)


def test_who_left_the_directory_meanwhile_does_not_act(keys: Path) -> None:
    with pytest.raises(NotFoundError, match="pgone1"):
        act(ticket("pgone1"), keys)
