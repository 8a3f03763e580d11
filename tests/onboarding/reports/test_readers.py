"""Who could read between two days: with the register and the law of each, whatever stands today."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from onboarding.reports.answers import ReadersAnswer, answer_readers
from onboarding.reports.readers import Could
from policies.directory.person import Person
from policies.errors import UnavailableError
from tests.support.judged import PEOPLE, person
from tests.support.judged_documents import (
    ANALYST,
    AT,
    EXPERT,
    HOUSEHOLDS,
    PROCESSING,
    PROJECT_FILE,
    PROPOSED,
    TEAMMATE,
    TOWNS,
)
from tests.support.past_site import PastSite, documents_with_files
from tests.support.small_register import changed

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


@pytest.fixture
def site(tmp_path: Path) -> PastSite:
    made = PastSite(tmp_path)
    made.at("2026-01-05T08:00").enforce()
    made.write()
    return made


def ask(id_: str) -> Person | None:
    return PEOPLE.get(id_)


def answer(site: PastSite, part: str = HOUSEHOLDS, first: date = MARCH[0], last: date = MARCH[1]) -> ReadersAnswer:
    return answer_readers(site.places, part, first, last, ask)


def days(found: ReadersAnswer) -> list[tuple[str, str, str]]:
    return [(each.person, each.first.isoformat(), each.last.isoformat()) for each in found.could]


def test_those_whom_the_titles_name_could_on_every_day(site: PastSite) -> None:
    found = answer(site)
    assert days(found) == [(each, "2026-03-01", "2026-03-31") for each in (ANALYST, EXPERT)]
    assert {each.directory for each in found.could} == {"directory"}
    assert "STAT-02" in {reason.rule for reason in found.could[0].reasons}
    assert found.gaps == ()


def test_an_open_part_could_be_read_by_the_whole_team(site: PastSite) -> None:
    assert [each[0] for each in days(answer(site, TOWNS))] == [ANALYST, TEAMMATE, EXPERT]


def test_a_part_that_nobody_asks_for_could_be_read_by_nobody(site: PastSite) -> None:
    assert answer(site, "communes/p1999").could == ()


def test_a_right_that_ended_counts_until_its_last_day(site: PastSite) -> None:
    ended = {"from": "2026-01-01", "until": "2026-03-10"}
    site.write(changed(documents_with_files(), *AT, "titles", "avis", "period", to=ended))
    assert days(answer(site)) == [(each, "2026-03-01", "2026-03-10") for each in (ANALYST, EXPERT)]


def test_a_register_that_changed_counts_from_its_moment_on(site: PastSite) -> None:
    """The analyst leaves the team on the tenth at noon: could on that day still, not on the next."""
    team = {EXPERT: {"proposed": PROPOSED, "habilitation": {"from": "2026-01-01", "until": "2026-12-31"}}}
    site.at("2026-03-10T11:00").write(changed(documents_with_files(), *AT, "team", to=team))
    assert days(answer(site)) == [(ANALYST, "2026-03-01", "2026-03-10"), (EXPERT, "2026-03-01", "2026-03-31")]


def test_a_suspension_of_some_days_leaves_a_hole(site: PastSite) -> None:
    suspension = {"day": "2026-03-10", "by": "padm01", "reason": "x"}
    site.at("2026-03-10T11:00").write(changed(documents_with_files(), *AT, "suspension", to=suspension))
    site.at("2026-03-20T11:00").write(documents_with_files())
    assert days(answer(site))[:2] == [(ANALYST, "2026-03-01", "2026-03-10"), (ANALYST, "2026-03-20", "2026-03-31")]


def test_a_law_that_changed_counts_from_its_moment_on(site: PastSite) -> None:
    """The law that is in force now says nothing of the days on which another one was."""
    site.at("2026-03-20T11:00").enforce(lambda law: shutil.rmtree(law / "rules" / "mount_part" / "DL-01"))
    assert {each[2] for each in days(answer(site))} == {"2026-03-20"}
    shutil.rmtree(site.places.law)
    assert {each[2] for each in days(answer(site))} == {"2026-03-20"}


def test_before_the_register_was_there_nobody_could(site: PastSite) -> None:
    found = answer(site, first=date(2025, 12, 1), last=date(2026, 1, 10))
    assert days(found)[0] == (ANALYST, "2026-01-05", "2026-01-10")


def test_a_law_that_was_not_kept_is_a_gap_and_no_answer(site: PastSite) -> None:
    shutil.rmtree(site.places.grounds)
    found = answer(site)
    assert (found.could, [(gap.first, gap.last) for gap in found.gaps]) == ((), [MARCH])
    assert "missing; restore it" in found.gaps[0].why


def test_a_register_that_was_forgotten_is_a_gap(site: PastSite) -> None:
    site.at("2026-03-10T11:00").write(changed(documents_with_files(), PROJECT_FILE, "name", to="Autre"))
    site.at("2026-03-20T11:00").write()
    history = site.places.register_folder / "history"
    for path in history.iterdir():
        if b'"moment":"2026-01-05' in path.read_bytes():
            path.unlink()
    found = answer(site)
    assert [(gap.first, gap.last) for gap in found.gaps] == [(MARCH[0], date(2026, 3, 10))]
    assert days(found)[0] == (ANALYST, "2026-03-10", "2026-03-31")


# --- the directory


def test_what_a_decision_read_in_the_directory_counts_more_than_what_stands_there_now(site: PastSite) -> None:
    """On the tenth the guard found the analyst out of the project's group."""
    site.at("2026-03-02T08:00").open(ANALYST)
    site.people[ANALYST] = person(ANALYST, "minefi")
    _, payload = site.at("2026-03-10T08:00").judge(ANALYST)
    site.journal("guard").append("refusal", payload)
    found = answer(site)
    assert days(found)[0] == (ANALYST, "2026-03-01", "2026-03-09")
    assert found.could[0].directory == "journal"


def test_what_the_hub_says_that_it_read_is_not_believed(site: PastSite) -> None:
    site.people[ANALYST] = person(ANALYST, "minefi")
    site.at("2026-03-10T08:00").refuse(ANALYST)
    assert days(answer(site))[0] == (ANALYST, "2026-03-01", "2026-03-31")


@pytest.mark.parametrize("away", ["unknown", "unavailable"])
def test_whom_the_directory_does_not_know_any_more_is_supposed_to_have_been_there(site: PastSite, away: str) -> None:
    def nobody(id_: str) -> Person | None:
        if away == "unavailable":
            raise UnavailableError("no answer")
        return None

    found = answer_readers(site.places, HOUSEHOLDS, *MARCH, nobody)
    assert [(each.person, each.directory) for each in found.could] == [(ANALYST, "supposed"), (EXPERT, "supposed")]


def test_those_who_did_are_told_beside_those_who_could(site: PastSite) -> None:
    container = site.at("2026-03-02T08:00").open(ANALYST)
    site.at("2026-03-02T17:00").close(ANALYST, container)
    found = answer(site)
    assert [(read.person, read.entry) for read in found.did] == [(ANALYST, "guard/2")]
    assert isinstance(found.could[0], Could)
    assert found.could[0].processing == PROCESSING
