"""An entry that somebody ended early counts until that day, as if its period had been so; it never counts longer."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from policies.access.approvals import Approvals
from policies.access.facts import Subject, workspace_facts
from policies.errors import InvalidFilesError
from policies.register.attested import Endable, Ended, Period
from policies.register.datalab import HealthHosting, Homologation
from policies.register.documents import parse_document
from policies.register.person import Commitment
from policies.register.places import attested_entries
from policies.register.project import Mission, Processing, Project, TeamEntry, Title
from tests.support.judged import (
    KEYS,
    PEOPLE,
    approved,
    judge,
    modes,
    opening_rules,
    part_rules,
    register_of,
    shipped_law,
)
from tests.support.judged_documents import (
    ANALYST,
    AT,
    DAY,
    EXPERT,
    HOUSEHOLDS,
    PROCESSING,
    PROJECT_FILE,
    PROPOSED,
    YEAR,
    Values,
    judged_documents,
)
from tests.support.small_register import changed

LAST, NEXT = date(2026, 6, 30), date(2026, 7, 1)
ENDABLE = {TeamEntry, Mission, Title, Processing, Project, Homologation, HealthHosting, Commitment}


def end(day: date = LAST) -> Values:
    return {"day": day.isoformat(), "by": "padm01", "reason": "Départ"}


PLACES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "the project": ((PROJECT_FILE,), ANALYST, "DL-03"),
    "the processing": (AT, ANALYST, "DL-03"),
    "a habilitation": ((*AT, "team", ANALYST), ANALYST, "DL-02"),
    "a mission": ((*AT, "missions", "appui"), EXPERT, "DL-06"),
    "a commitment": ((f"people/{ANALYST}.yaml", "commitments", "e2026"), ANALYST, "PRO-01"),
    "the homologation": (("datalab.yaml", "homologation"), ANALYST, "SEC-01"),
}


@pytest.mark.parametrize("name", PLACES)
def test_what_was_ended_opens_until_that_day_and_no_longer(name: str) -> None:
    place, who, rule = PLACES[name]
    documents = changed(approved(judged_documents()), *place, "ended", to=end())
    before = judge(documents, PEOPLE[who], day=LAST)
    assert (before.allowed, before.until) == (True, LAST)
    after = judge(documents, PEOPLE[who], day=NEXT)
    assert (after.allowed, opening_rules(after)) == (False, [rule])


@pytest.mark.parametrize("name", PLACES)
def test_an_end_is_the_one_that_an_approved_shorter_period_would_be(name: str) -> None:
    """The same decision on every day around it, whether the period was approved so or ended since."""
    place, who, _ = PLACES[name]
    term = "habilitation" if "team" in place else "period"
    ended = changed(approved(judged_documents()), *place, "ended", to=end())
    shorter = approved(changed(judged_documents(), *place, term, "until", to=LAST.isoformat()))
    for day in (DAY, LAST, NEXT, date(2026, 12, 31)):
        one, other = (judge(each, PEOPLE[who], day=day) for each in (ended, shorter))
        assert one == other


@pytest.mark.parametrize("name", PLACES)
def test_without_the_end_the_same_person_works_on_the_next_day(name: str) -> None:
    assert judge(who=PEOPLE[PLACES[name][1]], day=NEXT).allowed


def test_a_title_that_was_ended_takes_its_parts_alone() -> None:
    documents = changed(approved(judged_documents()), *AT, "titles", "avis", "ended", to=end())
    assert modes(judge(documents, day=LAST))[HOUSEHOLDS] == "read"
    after = judge(documents, day=NEXT)
    assert (after.allowed, part_rules(after, HOUSEHOLDS)) == (True, ["STAT-02", "STAT-03"])


def test_an_end_after_the_term_prolongs_nothing() -> None:
    documents = changed(approved(judged_documents()), *AT, "team", ANALYST, "ended", to=end(date(2027, 6, 30)))
    assert judge(documents, day=date(2026, 12, 31)).allowed
    assert opening_rules(judge(documents, day=date(2027, 1, 1))) == ["DL-02", "DL-03", "PRO-01", "RGPD-05", "SEC-01"]


def test_a_period_that_is_shortened_by_hand_voids_its_approval() -> None:
    """The negative control: what an end does, the same hand cannot do to the period that was signed."""
    documents = changed(approved(judged_documents()), *AT, "team", ANALYST, "habilitation", "until", to="2026-06-30")
    refused = judge(documents, day=DAY)
    assert (refused.allowed, "DL-05" in opening_rules(refused)) == (False, True)


def test_a_health_hosting_that_was_ended_is_so_in_the_facts() -> None:
    hosting = {"proposed": PROPOSED, "certificate": "HDS-1", "activities": [1], "period": YEAR, "ended": end()}
    register = register_of(approved(changed(judged_documents(), "datalab.yaml", "health_hosting", to=hosting)))
    found = register.find_processing(PROCESSING)
    assert found
    facts = workspace_facts(Subject(register, found, PEOPLE[ANALYST], (), DAY, Approvals(shipped_law(), KEYS)))
    assert facts["datalab"]["health_hosting"] == {
        "period": {"from": date(2026, 1, 1), "until": LAST}, "approved": True,
    }  # fmt: skip


PERIODS: list[tuple[str, str | None, str | None, str | None]] = [
    ("nobody ended it", "2026-12-31", None, "2026-12-31"),
    ("ended before its term", "2026-12-31", "2026-06-30", "2026-06-30"),
    ("ended on its last day", "2026-12-31", "2026-12-31", "2026-12-31"),
    ("ended after it", "2026-12-31", "2027-01-01", "2026-12-31"),
    ("ended on its first day", "2026-12-31", "2026-01-01", "2026-01-01"),
    ("without known end, not ended", None, None, None),
    ("without known end, ended", None, "2026-06-30", "2026-06-30"),
]


@pytest.mark.parametrize(("name", "until", "ended", "expected"), PERIODS, ids=[each[0] for each in PERIODS])
def test_the_effective_period_is_the_approved_one_cut(
    name: str, until: str | None, ended: str | None, expected: str | None
) -> None:
    values: dict[str, Any] = {"proposed": PROPOSED, "habilitation": {"from": "2026-01-01", "until": until}}
    if ended:
        values["ended"] = {"day": ended, "by": "padm01", "reason": "x"}
    entry = TeamEntry.model_validate_json(json.dumps(values))
    last = None if expected is None else date.fromisoformat(expected)
    assert entry.effective == Period.model_validate({"from": date(2026, 1, 1), "until": last}), name


def test_an_end_before_the_first_day_is_refused_with_what_to_do() -> None:
    documents = changed(judged_documents(), *AT, "team", ANALYST, "ended", to=end(date(2025, 12, 31)))
    with pytest.raises(InvalidFilesError) as refused:
        parse_document(PROJECT_FILE, documents[PROJECT_FILE])
    (problem,) = refused.value.problems
    assert f"processings.{PROCESSING}.team.{ANALYST}" in str(problem)
    assert "2025-12-31 is before the first day, 2026-01-01; take the entry away instead" in str(problem)


@pytest.mark.parametrize("missing", ["day", "by", "reason"])
def test_an_end_says_when_who_and_why(missing: str) -> None:
    values = {key: value for key, value in end().items() if key != missing}
    with pytest.raises(InvalidFilesError, match=f"ended.{missing}: missing"):
        parse_document(PROJECT_FILE, changed(judged_documents(), *AT, "ended", to=values)[PROJECT_FILE])


def every_endable(model: type[Endable] = Endable) -> set[type[Endable]]:
    return {each for sub in model.__subclasses__() for each in ({sub} | every_endable(sub))}


def test_every_entry_with_a_period_can_be_ended_and_no_approval_signs_the_end() -> None:
    assert every_endable() == ENDABLE
    assert {model for model in ENDABLE if "ended" not in model.apart} == set()


def test_an_end_changes_no_fingerprint_that_an_approval_signs() -> None:
    plain = judged_documents()
    for place, _, _ in PLACES.values():
        path = place[0]
        ended = changed(plain, *place, "ended", to=end())
        signed = [
            {at: entry.signed_fingerprint(at) for at, entry in attested_entries(path, parse_document(path, each[path]))}
            for each in (plain, ended)
        ]
        assert signed[0] == signed[1], place


def test_an_end_goes_to_the_disk_and_back() -> None:
    entry = TeamEntry.model_validate_json(
        '{"proposed": {"person": "pprop1", "day": "2026-01-01"}, "habilitation": {"from": "2026-01-01"},'
        ' "ended": {"day": "2026-06-30", "by": "padm01", "reason": "x"}}'
    )
    assert entry.ended == Ended(day=LAST, by="padm01", reason="x")
    assert TeamEntry.model_validate_json(entry.model_dump_json(by_alias=True)) == entry
