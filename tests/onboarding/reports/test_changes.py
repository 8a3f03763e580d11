"""What ends soon, what a change of law changes: every loss is named once, with its rule, its day and who can help."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from onboarding.ground import Ground
from onboarding.reports.changes import Change, Side, changes_between
from onboarding.reports.everyone import Access, accesses, ends_until, law_changes
from policies.engine.load import load_law
from policies.engine.model import Law
from tests.support.judged import KEYS, LAW_FOLDER, PEOPLE, approved, judge, register_of, shipped_law
from tests.support.judged_documents import (
    ANALYST,
    AT,
    DAY,
    EXPERT,
    PROCESSING,
    TEAMMATE,
    Values,
    judged_documents,
)
from tests.support.small_register import changed

TEAM_OF_ONE = {ANALYST: judged_documents()[AT[0]]["processings"][PROCESSING]["team"][ANALYST]}


def alone(documents: dict[str, Values] | None = None) -> dict[str, Values]:
    """A register with one access: the analyst's."""
    found = changed(documents or judged_documents(), *AT, "team", to=TEAM_OF_ONE)
    return changed(found, *AT, "missions", to={})


def ground(documents: dict[str, Values] | None = None, law: Law | None = None) -> Ground:
    return Ground(law or shipped_law(), register_of(approved(documents or alone())), KEYS)


def ends(documents: dict[str, Values], days: int = 120, first: date = DAY) -> list[tuple[date, Change]]:
    return ends_until(ground(documents), PEOPLE, first, first + timedelta(days=days))


def said(found: list[tuple[date, Change]]) -> list[tuple[str, str, str, str, str]]:
    return [(day.isoformat(), each.what, each.before, each.after, each.rules) for day, each in found]


def test_every_person_of_a_team_or_a_mission_has_one_access() -> None:
    register = register_of(approved(judged_documents()))
    assert accesses(register) == [Access(each, PROCESSING) for each in (ANALYST, TEAMMATE, EXPERT)]


def test_nothing_ends_before_the_first_end() -> None:
    assert ends(alone(), days=(date(2026, 12, 30) - DAY).days) == []


def test_the_last_day_of_a_right_is_told_with_what_ends_it_and_who_renews_it() -> None:
    documents = changed(alone(), *AT, "team", ANALYST, "habilitation", "until", to="2026-06-30")
    ((last, end),) = ends(documents)
    assert (last, end.person, end.processing, end.what) == (date(2026, 6, 30), ANALYST, PROCESSING, "espace de travail")
    assert (end.before, end.after, end.rules) == ("ouvert", "refusé", "DL-02")
    assert end.article == "Doctrine du Datalab, DL-02"
    who = shipped_law().words["contacts"][shipped_law().rules["open_workspace/DL-02"].ask]
    assert end.helper == f"{who}, ministère de l'économie et des finances (aides@minefi.test)"
    assert end.lacks


@pytest.mark.parametrize(("days", "found"), [(56, 0), (57, 1)])
def test_a_right_is_told_from_the_day_that_reaches_its_last_one(days: int, found: int) -> None:
    documents = changed(alone(), *AT, "team", ANALYST, "habilitation", "until", to="2026-06-30")
    assert len(ends(documents, days)) == found


def test_a_title_that_ends_takes_its_part_alone() -> None:
    documents = changed(alone(), *AT, "titles", "avis", "period", "until", to="2026-07-15")
    documents = changed(documents, "datasets/menages.yaml", "parts", "totaux", "name", to="Totaux")
    assert said(ends(documents)) == [
        ("2026-07-15", "Ménages : Totaux", "lecture", "catalogue", "STAT-02, STAT-03"),
        ("2026-07-15", "Ménages : Une partie", "lecture", "catalogue", "STAT-02, STAT-03"),
    ]


def test_two_parts_of_one_name_are_told_apart() -> None:
    documents = changed(alone(), *AT, "titles", "avis", "period", "until", to="2026-07-15")
    assert [each.what for _, each in ends(documents)] == ["Ménages : Une partie"] * 2


def test_ends_that_follow_one_another_are_all_told_the_soonest_first() -> None:
    documents = changed(alone(), *AT, "titles", "avis", "period", "until", to="2026-06-15")
    documents = changed(documents, *AT, "team", ANALYST, "habilitation", "until", to="2026-06-30")
    assert [(day.isoformat(), each.what) for day, each in ends(documents)] == [
        ("2026-06-15", "Ménages : Une partie"),
        ("2026-06-15", "Ménages : Une partie"),
        ("2026-06-30", "espace de travail"),
    ]


def test_a_right_that_has_yet_to_begin_is_followed_to_its_end() -> None:
    later = {"from": "2026-06-01", "until": "2026-06-30"}
    documents = changed(alone(), *AT, "team", ANALYST, "habilitation", to=later)
    assert [(day.isoformat(), each.what) for day, each in ends(documents)] == [("2026-06-30", "espace de travail")]


def test_a_person_whom_the_directory_does_not_know_loses_nothing() -> None:
    documents = changed(alone(), *AT, "team", ANALYST, "habilitation", "until", to="2026-06-30")
    assert ends_until(ground(documents), {ANALYST: None}, DAY, DAY + timedelta(days=120)) == []


@pytest.fixture
def other_law(tmp_path: Path) -> Callable[..., Law]:
    """The shipped law with one file changed."""

    def change(path: str, old: str, new: str) -> Law:
        folder = tmp_path / "law"
        shutil.copytree(LAW_FOLDER, folder)
        place = folder / path
        text = place.read_text(encoding="utf-8")
        assert old in text
        place.write_text(text.replace(old, new), encoding="utf-8")
        return load_law(folder)

    return change


def differences(other: Law, day: date = DAY, **days: Any) -> list[Change]:
    before = ground()
    after = Ground(other, before.register, KEYS)
    return list(law_changes(before, after, PEOPLE, (day, days.get("to", day))))


def test_the_same_law_on_the_same_day_changes_nothing() -> None:
    assert differences(shipped_law()) == []


STRICTER = ("rules/mount_part/RGPD-01/rule.yaml", "{in: [6_1_a, 6_1_b, 6_1_c, 6_1_d, 6_1_e]}", "{is: 6_1_a}")


def test_a_stricter_rule_is_told_with_what_it_closes(other_law: Callable[..., Law]) -> None:
    found = differences(other_law(*STRICTER))
    assert {each.what for each in found} == {"Allocations : Une partie", "Ménages : Une partie"}
    assert {(each.before, each.after, each.rules) for each in found} == {("lecture", "catalogue", "RGPD-01")}


def test_a_milder_rule_is_told_with_what_it_kept_closed(other_law: Callable[..., Law]) -> None:
    """From the law that refuses to the one that does not: the rule named is the one that refused."""
    strict = Ground(other_law(*STRICTER), ground().register, KEYS)
    found = list(law_changes(strict, ground(), PEOPLE, (DAY, DAY)))
    assert {(each.before, each.after, each.rules) for each in found} == {("catalogue", "lecture", "RGPD-01")}
    assert not any(each.narrows for each in found)


def test_two_days_of_one_law_are_compared() -> None:
    found = differences(shipped_law(), to=date(2027, 1, 1))
    assert [(each.what, each.before, each.after) for each in found] == [("espace de travail", "ouvert", "refusé")]


def test_a_workspace_that_opens_is_told_with_what_opens_in_it() -> None:
    before = Side(judge(day=date(2027, 1, 1)), shipped_law())
    after = Side(judge(), shipped_law())
    register = register_of(approved(judged_documents()))
    found = list(changes_between(before, after, register))
    assert found[0].what == "espace de travail"
    assert {each.after for each in found} == {"ouvert", "lecture"}
    assert all(not each.narrows for each in found)
    assert "Allocations : Une partie" in {each.what for each in found}
