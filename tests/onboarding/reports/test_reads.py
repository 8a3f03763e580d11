"""Who read what: each start with its decision and its end, however it ended."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from onboarding.reports.reads import FOUND_ENDED, REPLACED, Asked, Read, Reads, read_reads
from tests.support.judged_documents import ANALYST, EXPERT, HOUSEHOLDS, PROCESSING, TEAMMATE, TOWNS
from tests.support.past_site import PastSite

YEAR = ("2026-01-01", "2026-12-31")


@pytest.fixture
def site(tmp_path: Path) -> PastSite:
    made = PastSite(tmp_path)
    made.enforce()
    made.write()
    return made


def asked(site: PastSite, part: str = HOUSEHOLDS, days: tuple[str, str] = YEAR, person: str | None = None) -> Reads:
    first, last = map(date.fromisoformat, days)
    return read_reads(site.places.journal(""), Asked(part, first, last, person))


def reads(site: PastSite) -> tuple[Read, ...]:
    return asked(site).found


def test_a_start_has_its_decision_and_its_stop(site: PastSite) -> None:
    container = site.at("2026-03-02T08:00").open(ANALYST)
    site.at("2026-03-02T17:30").close(ANALYST, container)
    [found] = reads(site)
    assert (found.workspace, found.person, found.processing) == (f"{ANALYST}--{PROCESSING}", ANALYST, PROCESSING)
    assert (found.start, found.stop, found.reason) == (
        datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 17, 30, tzinfo=UTC), "asked",
    )  # fmt: skip
    assert (found.entry, found.stop_entry) == ("guard/2", "guard/3")
    assert found.decided is not None
    assert found.decided.entry.n == 1
    assert found.parts[HOUSEHOLDS] == "livraison-1"


def test_a_workspace_that_runs_has_no_stop(site: PastSite) -> None:
    site.open(ANALYST)
    [found] = reads(site)
    assert (found.stop, found.reason) == (None, None)


def test_each_start_has_the_decision_of_its_own_container(site: PastSite) -> None:
    first = site.at("2026-03-02T08:00").open(ANALYST)
    site.at("2026-03-02T09:00").close(ANALYST, first)
    site.at("2026-03-02T10:00").open(EXPERT)
    site.at("2026-03-02T11:00").open(ANALYST)
    assert [found.decided.entry.n for found in reads(site) if found.decided] == [1, 4, 6]


def test_an_enforced_end_is_an_end(site: PastSite) -> None:
    container = site.open(ANALYST)
    payload = {"workspace": f"{ANALYST}--{PROCESSING}", "container": container, "reason": "register", "lost": []}
    site.at("2026-01-06T08:00").journal("guard").append("enforcement", payload)
    [found] = reads(site)
    assert (found.stop_entry, found.reason) == ("guard/3", "register")


def test_the_end_of_another_container_ends_nothing(site: PastSite) -> None:
    site.open(ANALYST)
    site.close(ANALYST, "f" * 64)
    assert [found.stop for found in reads(site)] == [None]


def test_what_a_guard_does_not_find_when_it_starts_had_ended_by_then(site: PastSite) -> None:
    site.open(ANALYST)
    site.open(EXPERT)
    standing = [f"{EXPERT}--{PROCESSING}"]
    site.at("2026-01-06T08:00").journal("guard").append("process_started", {"process": "guard", "standing": standing})
    assert [(found.person, found.reason) for found in reads(site)] == [(ANALYST, FOUND_ENDED), (EXPERT, None)]


@pytest.mark.parametrize(
    ("first", "last", "touched"),
    [
        ("2026-03-01", "2026-03-01", False),
        ("2026-03-02", "2026-03-02", True),
        ("2026-03-03", "2026-03-03", True),
        ("2026-03-04", "2026-03-04", False),
        ("2026-02-01", "2026-04-01", True),
    ],
)
def test_a_read_is_of_every_day_in_paris_on_which_it_ran(site: PastSite, first: str, last: str, touched: bool) -> None:
    """From 23:30 UTC on the first of March, which is the second in Paris, to 22:30 on the third."""
    container = site.at("2026-03-01T23:30").open(ANALYST)
    site.at("2026-03-03T22:30").close(ANALYST, container)
    assert bool(asked(site, days=(first, last)).found) is touched


@pytest.mark.parametrize("ends", [True, False])
@pytest.mark.parametrize(
    ("day", "touched"), [("2026-03-01", False), ("2026-03-02", True), ("2026-03-03", True), ("2026-03-04", False)]
)
def test_a_read_during_which_the_clock_went_back_is_of_each_day_that_its_moments_name(
    site: PastSite, day: str, touched: bool, ends: bool
) -> None:
    """A clock that was a day ahead: by the moments alone the read would have ended before it began."""
    container = site.at("2026-03-03T12:00").open(ANALYST)
    site.at("2026-03-02T12:10").close(TEAMMATE, "0" * 64)
    if ends:
        site.at("2026-03-02T15:00").close(ANALYST, container)
    expected = touched or (not ends and day > "2026-03-02")
    assert bool(asked(site, days=(day, day)).found) is expected


def test_reads_of_another_part_or_person_are_not_told(site: PastSite) -> None:
    site.open(ANALYST)
    site.open(TEAMMATE)  # whom no title names: only the open part
    assert [[read.person for read in asked(site, part).found] for part in (HOUSEHOLDS, TOWNS, "x/y")] == [
        [ANALYST], [ANALYST, TEAMMATE], [],
    ]  # fmt: skip
    assert [len(asked(site, TOWNS, person=person).found) for person in (ANALYST, TEAMMATE, "pnobody")] == [1, 1, 0]


def test_a_decision_that_led_to_nothing_is_not_taken_for_that_of_a_start(site: PastSite) -> None:
    """Two are created at once, Docker refuses the second: the first starts, and stands on its own decision."""
    _, payload = site.judge(ANALYST)
    workspace = f"{ANALYST}--{PROCESSING}"
    for config in ("a", "b"):
        site.journal("guard").append("decision", {"workspace": workspace, "config": config, **payload})
    named = {"workspace": workspace, "person": ANALYST, "processing": PROCESSING, "parts": {HOUSEHOLDS: "1"}}
    site.journal("guard").append("start", {**named, "container": "c1", "config": "a"})
    site.close(ANALYST, "c1")
    site.journal("guard").append("start", {**named, "container": "c2", "config": "z"})
    assert [read.decided and read.decided.entry.n for read in reads(site)] == [1, None]


def test_a_start_ends_the_one_of_its_name_whose_end_could_not_be_journaled(site: PastSite) -> None:
    site.at("2026-03-02T08:00").open(ANALYST)
    site.at("2026-03-05T08:00").open(ANALYST)
    assert [(read.entry, read.stop_entry, read.reason) for read in reads(site)] == [
        ("guard/2", "guard/4", REPLACED), ("guard/4", None, None),
    ]  # fmt: skip


def test_starts_that_were_purged_are_counted(site: PastSite) -> None:
    site.open(ANALYST)
    site.at("2026-02-01T08:00").open(ANALYST)
    site.journal("guard").purge("access", date(2026, 2, 1))
    found = asked(site, days=("2026-01-01", "2026-01-31"))
    assert (found.found, found.forgotten) == ((), 1)
    found = asked(site, days=("2026-02-01", "2026-02-28"))
    assert (len(found.found), found.forgotten) == (1, 0)


def test_without_a_chain_nobody_read_anything(tmp_path: Path) -> None:
    assert read_reads(tmp_path, Asked(HOUSEHOLDS, date(2026, 1, 1), date(2026, 1, 1))) == Reads((), 0)
