"""What the directory said of people: as the guard journaled it, else as it is now, else supposed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from onboarding.reports.people import Described, People, read_people
from policies.directory.person import DirectoryEntryError, Person
from policies.errors import UnavailableError
from policies.register.follow import FoundProcessing
from tests.support.judged import PEOPLE, person
from tests.support.judged_documents import ANALYST, EXPERT, PROCESSING, PROJECT
from tests.support.past_site import PastSite

IN_GROUP = frozenset({PROJECT})


@pytest.fixture
def site(tmp_path: Path) -> PastSite:
    made = PastSite(tmp_path)
    made.enforce()
    made.write()
    return made


def nobody(_: str) -> Person | None:
    return None


def people(site: PastSite, ask: Any = nobody) -> People:
    return read_people(site.places.journal(""), ask)


def processing(site: PastSite) -> FoundProcessing:
    found: FoundProcessing = site.register().find_processing(PROCESSING)
    return found


def described_twice(site: PastSite) -> People:
    """In the ministry of finance on the tenth of March, of statistics on the twentieth."""
    site.at("2026-03-10T08:00").open(ANALYST)
    site.people[ANALYST] = person(ANALYST, "insee", "dpo", projects=IN_GROUP)
    site.at("2026-03-20T08:00").open(ANALYST)
    return people(site)


@pytest.mark.parametrize(
    ("day", "organisation"), [(1, "minefi"), (10, "minefi"), (19, "minefi"), (20, "insee"), (31, "insee")]
)
def test_the_nearest_description_counts(site: PastSite, day: int, organisation: str) -> None:
    found = described_twice(site).at(ANALYST, processing(site), date(2026, 3, day))
    assert (found.organisation, found.origin) == (organisation, "journal")


def test_a_description_begins_where_it_differs(site: PastSite) -> None:
    found = described_twice(site)
    assert found.changes(ANALYST, PROCESSING) == [date(2026, 3, 20)]
    assert found.changes(EXPERT, PROCESSING) == []


def test_a_group_is_of_one_project_so_a_description_is_of_one_processing(site: PastSite) -> None:
    site.open(ANALYST)
    assert list(people(site).known) == [(ANALYST, PROCESSING)]


def test_whom_no_decision_names_is_as_the_directory_says_now(site: PastSite) -> None:
    found = people(site, PEOPLE.get).at(EXPERT, processing(site), date(2026, 3, 1))
    assert found == Described("dinum", (), True, "directory")


@pytest.mark.parametrize("error", [UnavailableError("away"), DirectoryEntryError("no id")])
def test_a_directory_that_does_not_answer_is_asked_once_and_the_person_supposed(
    site: PastSite, error: Exception
) -> None:
    asked = []

    def ask(id_: str) -> Person | None:
        asked.append(id_)
        raise error

    known, found = people(site, ask), processing(site)
    told = [known.at(each, found, date(2026, 3, 1)) for each in (ANALYST, ANALYST, EXPERT)]
    assert [(each.organisation, each.in_group, each.origin) for each in told] == [
        ("minefi", True, "supposed"), ("minefi", True, "supposed"), ("dinum", True, "supposed"),
    ]  # fmt: skip
    assert asked == [ANALYST, EXPERT]


def test_a_ground_that_cannot_be_read_teaches_nothing(site: PastSite) -> None:
    _, payload = site.judge(ANALYST)
    payload["ground"]["organisation"] = "Pas Un Identifiant"
    site.journal("guard").append("refusal", payload)
    site.journal("guard").append("refusal", {"ground": payload["ground"], "decision": "none"})
    assert people(site).known == {}
