"""Which decisions are made again: the one that is named, or all that the chains hold."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from onboarding.reports.replay import Outcome, Replayed
from onboarding.reports.replaying import is_worth_saying, parse_entry, replay_all, replay_one, to_json
from onboarding.reports.words import OUTCOMES, count_line, replayed_lines
from policies.errors import UnavailableError
from tests.support.judged_documents import ANALYST, AT, EXPERT
from tests.support.past_site import PastSite, documents_with_files
from tests.support.small_register import changed

MOMENT = "2026-03-02T08:00:00.000000Z"


@pytest.fixture
def site(tmp_path: Path) -> PastSite:
    made = PastSite(tmp_path)
    made.enforce()
    made.write()
    made.open(ANALYST)
    made.open(EXPERT)
    suspension = {"day": "2026-01-05", "by": "padm01", "reason": "x"}
    made.write(changed(documents_with_files(), *AT, "suspension", to=suspension))
    made.refuse(ANALYST)
    return made


@pytest.mark.parametrize(("text", "found"), [("guard/42", ("guard", 42)), ("hub/1", ("hub", 1))])
def test_an_entry_is_named_by_its_chain_and_its_number(text: str, found: tuple[str, int]) -> None:
    assert parse_entry(text) == found


@pytest.mark.parametrize("text", ["", "guard", "guard/", "guard/x", "guard/-1", "guard/²", "keeper/1", "/guard/1"])
def test_what_is_no_entry_of_a_chain_that_decides_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="^"):
        parse_entry(text)


def test_one_decision_is_made_again(site: PastSite) -> None:
    assert (replay_one(site.places, "guard", 3).entry, replay_one(site.places, "hub", 1).outcome) == ("guard/3", "same")


@pytest.mark.parametrize(
    ("account", "number", "said"),
    [("guard", 2, "start ne contient pas de décision"), ("guard", 9, "n'a pas cette ligne"), ("hub", 0, "n'a pas")],
)
def test_what_is_not_there_or_no_decision_says_so(site: PastSite, account: str, number: int, said: str) -> None:
    with pytest.raises(UnavailableError, match=said):
        replay_one(site.places, account, number)


def test_all_are_those_of_the_guard_then_those_of_the_hub(site: PastSite) -> None:
    found = [(each.entry, each.outcome) for each in replay_all(site.places)]
    assert found == [("guard/1", "same"), ("guard/3", "same"), ("hub/1", "same")]


@pytest.mark.parametrize(
    ("outcome", "said"), [("same", False), ("purged", False), ("different", True), ("unknown", True)]
)
def test_of_many_only_what_is_not_as_it_was_is_told(outcome: Outcome, said: bool) -> None:
    assert is_worth_saying(Replayed("guard/1", MOMENT, outcome)) is said


def test_every_outcome_is_counted_even_when_there_is_none(site: PastSite) -> None:
    found = json.loads(to_json(Counter({"same": 3}), []))
    assert found == {"counts": {"same": 3, "different": 0, "purged": 0, "unknown": 0}, "entries": []}
    assert count_line({"same": 3}) == (
        f"3 : {OUTCOMES['same']} ; 0 : {OUTCOMES['different']} ; 0 : {OUTCOMES['purged']} ; 0 : {OUTCOMES['unknown']}"
    )


def test_what_differs_or_is_missing_is_said_below_the_entry() -> None:
    found = Replayed("guard/1", MOMENT, "different", ("until: 1 -> 2",), "pourquoi")
    assert list(replayed_lines(found)) == [
        "guard/1 (02/03/2026 à 09:00:00) : UNE AUTRE DÉCISION",
        "  pourquoi",
        "  until: 1 -> 2",
    ]
