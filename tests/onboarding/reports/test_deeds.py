"""What one person did, and what names them, from every chain."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from onboarding.reports.deed_words import KIND_WORDS, TOLD_WORDS, deeds_lines
from onboarding.reports.deeds import TOLD, Deed, DeedsAnswer, answer_deeds, role_of
from policies.journal.entry import KINDS
from tests.support.judged_documents import ANALYST, EXPERT, PROCESSING, TEAMMATE
from tests.support.past_site import ADMINISTRATOR, PastSite

CHAINS = ("guard", "hub", "launch", "onboarding", "signin")
SPACE = f"{ANALYST}--{PROCESSING}"


@pytest.fixture
def site(tmp_path: Path) -> PastSite:
    made = PastSite(tmp_path)
    made.enforce()
    made.write()
    return made


def answer(site: PastSite, person: str, first: str = "2026-01-01", last: str = "2026-12-31") -> DeedsAnswer:
    days = date.fromisoformat(first), date.fromisoformat(last)
    return answer_deeds(site.places.journal(""), CHAINS, person, *days)


def kinds(found: DeedsAnswer) -> list[tuple[str, str, str]]:
    return [(each.entry, each.kind, each.role) for each in found.deeds]


def test_a_day_is_told_in_order_whatever_the_chain(site: PastSite) -> None:
    site.at("2026-03-02T08:00").journal("signin").append("sign_in", {"person": ANALYST, "factors": ["password"]})
    container = site.at("2026-03-02T08:01").open(ANALYST)
    site.at("2026-03-02T17:00").close(ANALYST, container)
    assert kinds(answer(site, ANALYST)) == [
        ("signin/1", "sign_in", "by"),
        ("guard/1", "decision", "by"),
        ("guard/2", "start", "by"),
        ("guard/3", "stop", "by"),
    ]


def test_another_persons_day_is_not_theirs(site: PastSite) -> None:
    site.open(ANALYST)
    site.open(EXPERT)
    assert {each.told["person"] for each in answer(site, EXPERT).deeds} == {EXPERT}
    assert answer(site, "pnobody").deeds == ()


@pytest.mark.parametrize(
    ("kind", "payload", "role"),
    [
        ("sign_in", {"person": ANALYST}, "by"),
        ("sign_in_refused", {"reason": "unknown_person"}, None),
        ("register_change", {"actor": ANALYST, "documents": {}}, "by"),
        ("register_change", {"actor": ADMINISTRATOR, "documents": {f"people/{ANALYST}.yaml": {}}}, "about"),
        ("register_change", {"actor": ADMINISTRATOR, "documents": {"people/pana011.yaml": {}}}, None),
        ("factor_reset", {"person": ADMINISTRATOR, "of": ANALYST}, "about"),
        ("consultation", {"actor": ADMINISTRATOR, "asked": {"person": ANALYST}}, "about"),
        ("consultation", {"actor": ANALYST, "asked": {"person": TEAMMATE}}, "by"),
        ("refusal", {"decision": {"person": ANALYST}}, "by"),
        ("attack", {"workspace": SPACE, "call": "POST /x"}, "by"),
        ("enforcement", {"workspace": SPACE, "reason": "right"}, "about"),
        ("notice", {"workspace": SPACE}, "about"),
        ("start_failed", {"person": ANALYST, "workspace": SPACE}, "about"),
        ("process_started", {"process": "guard", "standing": [SPACE]}, "about"),
        ("process_started", {"process": "guard", "standing": [f"x{SPACE}"]}, None),
    ],
)
def test_who_did_it_is_told_from_whom_it_is_about(kind: str, payload: dict[str, Any], role: str | None) -> None:
    assert role_of(kind, payload, ANALYST) == role


@pytest.mark.parametrize(
    ("moment", "found"),
    [("2026-03-01T22:59", False), ("2026-03-01T23:00", True), ("2026-03-02T22:59", True), ("2026-03-02T23:00", False)],
)
def test_days_are_those_of_paris(site: PastSite, moment: str, found: bool) -> None:
    site.at(moment).journal("signin").append("sign_in", {"person": ANALYST})
    assert bool(answer(site, ANALYST, "2026-03-02", "2026-03-02").deeds) is found


def test_what_was_purged_is_counted_and_not_guessed(site: PastSite) -> None:
    site.at("2026-03-02T08:00").journal("signin").append("sign_in", {"person": ANALYST})
    site.at("2027-06-01T08:00").journal("signin").purge("security", date(2026, 6, 1))
    found = answer(site, ANALYST)
    assert (found.deeds, found.forgotten) == ((), 1)
    assert answer(site, ANALYST, "2027-01-01", "2027-12-31").forgotten == 0


def test_an_entry_tells_its_words_and_nothing_nested(site: PastSite) -> None:
    payload = {"actor": ADMINISTRATOR, "reason": "contrôle", "asked": {"person": ANALYST, "part": "a/b", "more": {}}}
    site.journal("onboarding").append("consultation", payload)
    assert answer(site, ANALYST).deeds[-1].told == {"part": "a/b", "person": ANALYST, "reason": "contrôle"}


def test_every_kind_of_entry_has_its_french_words() -> None:
    assert KIND_WORDS.keys() == KINDS.keys()
    assert tuple(TOLD_WORDS) == TOLD


def test_the_answer_reads_in_french() -> None:
    deeds = (
        Deed("signin/4", "2026-03-02T08:00:00.000000Z", "sign_in", "by", {}),
        Deed("guard/9", "2026-03-02T16:30:00.000000Z", "enforcement", "about", {"workspace": SPACE}),
    )
    days = date(2026, 3, 2), date(2026, 3, 3)
    assert list(deeds_lines(DeedsAnswer(ANALYST, *days, deeds, 2))) == [
        f"# {ANALYST}, du 02/03/2026 au 03/03/2026",
        "",
        "## A fait",
        "",
        "- 02/03/2026 à 09:00:00 : connexion (signin/4)",
        "",
        "## Ce qui la concerne, fait par d'autres",
        "",
        f"- 02/03/2026 à 17:30:00 : espace arrêté par la fin d'un droit (guard/9) : espace {SPACE}",
        "",
        "2 entrées de ces jours, peut-être de cette personne, ont été effacées à leur terme.",
    ]
    assert list(deeds_lines(DeedsAnswer(ANALYST, *days, (), 0))).count("- rien") == 2
