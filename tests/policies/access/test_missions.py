"""An expert of DINUM enters a ministry's project by a mission, between its days, and reads what its skill reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from policies.access.decision import Decision
from policies.calendar import ONE_DAY
from policies.directory.person import Person
from tests.support.judged import PEOPLE, approved, judge, modes, opening_rules, part_rules, person, without
from tests.support.judged_documents import (
    ALLOWANCES,
    AT,
    DAY,
    EXPERT,
    HOUSEHOLDS,
    PARTS,
    TEAMMATE,
    TOTALS,
    TOWNS,
    Values,
    judged_documents,
    mission,
)
from tests.support.small_register import changed

READ = dict.fromkeys(PARTS, "read")
NARROW = {"from": "2026-04-01", "until": "2026-08-31"}
LAST, END_OF_YEAR = date(2026, 8, 31), date(2026, 12, 31)


def as_expert(**changes: Any) -> Decision:
    return on_mission(mission("data_science") | changes)


def on_mission(*missions: Mapping[str, Any], day: date = DAY, who: Person = PEOPLE[EXPERT]) -> Decision:
    named = {f"m-{n:02}": each for n, each in enumerate(missions)}
    documents = approved(changed(judged_documents(), *AT, "missions", to=named))
    return judge(documents, who, day=day)


def test_a_running_mission_opens_to_an_expert_until_its_end() -> None:
    decision = as_expert(period=NARROW)
    assert (modes(decision), decision.until) == (READ, LAST)
    assert "DL-06" in {each.rule for each in decision.obligations}


@pytest.mark.parametrize(
    ("name", "period", "said"),
    [
        ("ended yesterday", {"from": "2026-01-01", "until": "2026-05-03"}, "votre mission a pris fin le 03/05/2026"),
        ("starts tomorrow", {"from": "2026-05-05", "until": "2026-12-31"}, "votre mission commence le 05/05/2026"),
    ],
)
def test_a_mission_that_does_not_run_opens_nothing_and_says_its_day(name: str, period: Values, said: str) -> None:
    decision = as_expert(period=period)
    (refusal,) = [each for each in decision.refusals if each.rule == "DL-06"]
    assert said in refusal.message
    assert opening_rules(decision) == ["DL-06"], name
    assert "une mission à votre nom sur ce traitement" in decision.refusals[0].message


def test_a_colleagues_mission_opens_nothing_to_another_expert() -> None:
    assert opening_rules(on_mission(mission("data_science", person=TEAMMATE))) == ["DL-06"]


def test_an_expert_without_habilitation_enters_by_the_mission_but_reads_nothing_statistical() -> None:
    decision = judge(approved(without(judged_documents(), *AT, "team", EXPERT)), PEOPLE[EXPERT])
    assert modes(decision) == {ALLOWANCES: "read", TOWNS: "read", HOUSEHOLDS: "catalogue", TOTALS: "catalogue"}
    assert part_rules(decision, HOUSEHOLDS) == ["STAT-02"]


def test_a_mission_opens_nothing_beside_the_projects_group() -> None:
    decision = on_mission(mission("data_science"), who=person(EXPERT, "dinum"))
    assert opening_rules(decision) == ["DL-01"]


CATALOGUE = dict.fromkeys(PARTS, "catalogue")
SKILLS = {
    "data_science": READ,
    "data_engineering": READ,
    "data_visualisation": CATALOGUE | {TOWNS: "read", TOTALS: "read"},
    "data_governance": CATALOGUE,
}


@pytest.mark.parametrize("skill", SKILLS)
def test_a_skill_opens_rows_or_aggregates_or_the_catalogue_alone(skill: str) -> None:
    decision = as_expert(skill=skill)
    assert modes(decision) == SKILLS[skill]
    closed = [each for each, mode in SKILLS[skill].items() if mode == "catalogue"]
    assert {each: part_rules(decision, each) for each in closed} == {each: ["DL-06"] for each in closed}


def test_an_expert_who_reads_the_catalogue_alone_is_told_of_the_skill_and_not_that_the_mission_lacks() -> None:
    (refused, *_) = as_expert(skill="data_governance").refused_parts
    (refusal,) = refused.refusals
    assert "(votre mission, de gouvernance des données, ne l'ouvre pas)" in refusal.message
    assert "approuvée" not in refusal.message
    assert "pris fin" not in refusal.message


def test_what_is_only_described_is_no_part_of_the_label() -> None:
    assert as_expert(skill="data_governance").label == frozenset()
    assert as_expert(skill="data_visualisation").label == {TOTALS}


def test_a_mission_letter_opens_one_more_dataset_and_no_other() -> None:
    widening = {"dataset": "menages", "reason": "essai", "agreement": "A-1"}
    decision = as_expert(skill="data_governance", widened=[widening])
    assert modes(decision) == CATALOGUE | {HOUSEHOLDS: "read", TOTALS: "read"}


def test_missions_that_follow_each_other_are_one_and_the_day_between_two_closes() -> None:
    first = mission("data_science", period={"from": "2026-01-01", "until": "2026-05-04"})
    apart = mission("data_science", period={"from": "2026-05-06", "until": "2026-12-31"})
    assert on_mission(first, apart).until == DAY
    assert opening_rules(on_mission(first, apart, day=DAY + ONE_DAY)) == ["DL-06"]
    assert on_mission(first, apart, day=DAY + 2 * ONE_DAY).until == END_OF_YEAR
