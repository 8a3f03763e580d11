"""What is verified counts for fifteen minutes of a clock that only goes forward, restarts of the guard included."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.guard.judging.ground import STANDING, Ground, boot_id, forget_later
from policies.calendar import end_of, paris_day
from policies.directory.person import DirectoryEntryError, Person
from policies.errors import UnavailableError

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Directory:
    """People by id; `trouble` is raised instead of an answer, `broken` ids have an entry that nobody can read."""

    def __init__(self, *ids: str) -> None:
        self.ids = set(ids)
        self.trouble: Exception | None = None
        self.broken: set[str] = set()

    def person(self, person_id: str) -> Person | None:
        return self.people([person_id])[person_id]

    def people(self, ids: Iterable[str]) -> Mapping[str, Person | None]:
        wanted = list(ids)
        if self.trouble:
            raise self.trouble
        if self.broken & set(wanted):
            raise DirectoryEntryError("two entries")
        return {id_: Person(id=id_, name="x", organisation="minsante") if id_ in self.ids else None for id_ in wanted}


class Clock:
    """Seconds since the machine started."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Followed:
    """Sources whose snapshot is what a test says."""

    def __init__(self) -> None:
        self.found: Any = Snapshot("law", "register")

    def snapshot(self) -> Any:
        if isinstance(self.found, Exception):
            raise self.found
        return Snapshot(self.found.law, self.found.register)


class Snapshot:
    """Three objects, compared as the guard compares them."""

    def __init__(self, law: str, register: str, keys: str = "keys") -> None:
        self.law, self.register, self.keys = law, register, keys


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people() -> Directory:
    return Directory("pana01", "pben02")


@pytest.fixture
def ground(tmp_path: Path, clock: Clock, people: Directory) -> Ground:
    made = Ground(Followed(), people, tmp_path / "verified.json", clock)  # type: ignore[arg-type]
    made.begin(NOW)
    return made


def verify(ground: Ground, *ids: str) -> None:
    ground.read_snapshot()
    ground.read_people(ids)


def test_what_was_just_verified_is_not_silent(ground: Ground, clock: Clock) -> None:
    verify(ground, "pana01")
    assert ground.silence("pana01") == timedelta()
    clock.now += 61
    assert ground.silence("pana01") == timedelta(seconds=61)
    verify(ground, "pana01")
    assert ground.silence("pana01") == timedelta()


def test_the_oldest_of_files_and_person_counts(ground: Ground, clock: Clock, people: Directory) -> None:
    verify(ground, "pana01")
    clock.now += 100
    ground.read_snapshot()
    assert ground.silence("pana01") == timedelta(seconds=100)
    people.trouble = UnavailableError("no answer")
    ground.read_people(["pana01"])
    assert ground.silence("pana01") == timedelta(seconds=100)
    people.trouble = None
    ground.read_people(["pana01"])
    assert ground.silence("pana01") == timedelta()


def test_one_broken_entry_silences_its_person_and_nobody_else(ground: Ground, clock: Clock, people: Directory) -> None:
    verify(ground, "pana01", "pben02")
    people.broken = {"pana01"}
    clock.now += 50
    verify(ground, "pana01", "pben02")
    assert (ground.silence("pana01"), ground.silence("pben02")) == (timedelta(seconds=50), timedelta())


def test_a_person_whom_the_directory_does_not_know_is_known_to_be_nobody(ground: Ground) -> None:
    verify(ground, "pzoe09")
    known = ground.known("pzoe09")
    assert known is not None
    assert known.person is None


def test_a_person_looked_up_for_a_start_is_known_at_once(ground: Ground) -> None:
    assert ground.known("pana01") is None
    assert ground.person("pana01") is not None
    assert ground.known("pana01") is not None


def test_people_whom_nobody_asks_about_any_more_are_forgotten(ground: Ground, clock: Clock) -> None:
    verify(ground, "pana01", "pben02")
    clock.now += 121
    verify(ground, "pben02")
    assert ground.known("pana01") is None


def test_a_person_looked_up_for_a_start_stays_known_while_only_others_are_asked_about(
    ground: Ground, clock: Clock
) -> None:
    """Their workspace is about to run."""
    assert ground.person("pben02") is not None
    clock.now += 30
    ground.read_people(["pana01"])
    assert ground.known("pben02") is not None


def test_an_unchanged_snapshot_stays_the_same_object(ground: Ground) -> None:
    ground.read_snapshot()
    first = ground.snapshot
    ground.read_snapshot()
    assert ground.snapshot is first
    ground.sources.found = Snapshot("law", "another register")  # type: ignore[attr-defined]
    ground.read_snapshot()
    assert ground.snapshot is not first


def test_a_snapshot_that_cannot_be_read_leaves_the_last_one_and_its_age(ground: Ground, clock: Clock) -> None:
    verify(ground, "pana01")
    first = ground.snapshot
    ground.sources.found = UnavailableError("gone")  # type: ignore[attr-defined]
    clock.now += 30
    verify(ground, "pana01")
    assert (ground.snapshot, ground.silence("pana01")) == (first, timedelta(seconds=30))


def again(ground: Ground, later: timedelta) -> Ground:
    """Another guard, started so much later on the same state folder, whose sources are silent."""
    made = Ground(ground.sources, ground.people, ground.file, ground.seconds)
    made.begin(NOW + later)
    return made


def test_a_restarted_guard_takes_over_how_long_the_sources_were_silent(ground: Ground, clock: Clock) -> None:
    verify(ground, "pana01")
    clock.now += 120
    ground.keep(NOW + 2 * MINUTE, ["pana01"])
    clock.now += 180
    assert again(ground, 5 * MINUTE).silence("pana01") == 5 * MINUTE


@pytest.mark.parametrize("leap", [timedelta(days=-1), timedelta(days=1), timedelta(days=400)], ids=str)
def test_a_time_of_day_that_leaps_while_the_guard_is_away_makes_no_silence_longer_or_shorter(
    ground: Ground, clock: Clock, leap: timedelta
) -> None:
    verify(ground, "pana01")
    ground.keep(NOW + MINUTE, ["pana01"])
    clock.now += 300
    assert again(ground, leap).silence("pana01") == 5 * MINUTE


def test_guards_started_one_after_the_other_while_the_time_of_day_is_behind_gain_nobody_time(
    ground: Ground, clock: Clock
) -> None:
    verify(ground, "pana01")
    ground.keep(NOW + timedelta(hours=2), ["pana01"])
    for _ in range(4):
        clock.now += 240
        ground = again(ground, timedelta(hours=1))
        ground.keep(NOW + timedelta(hours=1), ["pana01"])
    assert ground.silence("pana01") == 16 * MINUTE > STANDING


def test_what_is_verified_while_the_time_of_day_is_behind_is_kept_too(ground: Ground, clock: Clock) -> None:
    ground.keep(NOW + timedelta(hours=2), [])
    clock.now += 3600
    verify(ground, "pana01")
    ground.keep(NOW + timedelta(hours=1), ["pana01"])
    clock.now += 60
    assert again(ground, timedelta(hours=1)).silence("pana01") == MINUTE


def test_nothing_that_was_verified_before_the_machine_started_anew_counts(ground: Ground) -> None:
    """Its steady clock began anew, and nothing runs any more that could stand on it."""
    verify(ground, "pana01")
    ground.keep(NOW, ["pana01"])
    ground.file.write_text(ground.file.read_text().replace(boot_id(), "another start"))
    assert again(ground, MINUTE).silence("pana01") >= STANDING


def test_what_nothing_vouches_for_counts_as_silent_for_long(ground: Ground) -> None:
    ground.file.write_text("{")
    assert again(ground, MINUTE).silence("pana01") >= STANDING


def test_a_first_guard_begins_with_what_it_has_not_verified_yet(ground: Ground) -> None:
    assert ground.silence("pana01") == timedelta()


def test_a_clock_that_goes_back_is_noticed_and_the_latest_moment_stays(ground: Ground) -> None:
    ground.keep(NOW + timedelta(hours=3), [])
    assert ground.steady(NOW) == NOW + timedelta(hours=3)
    assert (ground.went_back(NOW), ground.went_back(NOW + timedelta(hours=3) - MINUTE)) == (True, False)
    assert again(ground, timedelta()).went_back(NOW)


def test_somebody_may_vouch_for_a_clock_that_was_ahead_by_mistake(ground: Ground, clock: Clock) -> None:
    verify(ground, "pana01")
    ahead = NOW + timedelta(days=70 * 365)
    ground.keep(ahead, ["pana01"])
    clock.now += 120
    assert again(ground, MINUTE).went_back(NOW + MINUTE)
    assert forget_later(ground.file, NOW + MINUTE) == ahead
    believing = again(ground, MINUTE)
    assert (believing.went_back(NOW + MINUTE), believing.silence("pana01")) == (False, 2 * MINUTE)
    assert believing.went_back(NOW - 2 * MINUTE)


def test_a_moment_that_is_past_needs_nobodys_word(ground: Ground) -> None:
    assert forget_later(ground.file, NOW) is None
    ground.keep(NOW, [])
    before = ground.file.read_bytes()
    assert forget_later(ground.file, NOW + MINUTE) is None
    assert ground.file.read_bytes() == before


def test_a_moment_that_was_judged_at_is_the_earliest_from_then_on_also_before_it_is_kept(ground: Ground) -> None:
    ground.keep(NOW, [])
    assert ground.steady(NOW + timedelta(seconds=3)) == NOW + timedelta(seconds=3)
    assert ground.steady(NOW) == NOW + timedelta(seconds=3)


def test_a_new_day_in_paris_is_kept_at_once(ground: Ground) -> None:
    midnight = end_of(paris_day(NOW))
    ground.keep(midnight - timedelta(seconds=2), [])
    ground.keep(midnight, [])
    assert again(ground, timedelta()).steady(midnight - MINUTE) == midnight


def test_what_is_kept_is_written_now_and_then_and_not_each_time(ground: Ground) -> None:
    ground.keep(NOW, [])
    before = ground.file.stat().st_mtime_ns
    ground.keep(NOW + timedelta(seconds=5), [])
    assert ground.file.stat().st_mtime_ns == before
    ground.keep(NOW + timedelta(seconds=25), [])
    assert json.loads(ground.file.read_text())["seen"] == "2026-05-04T12:00:25Z"


def test_a_disk_that_takes_nothing_loses_no_moment_that_was_seen(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("hub.guard.judging.ground.write_atomic", full)
    ground.keep(NOW + timedelta(hours=3), [])
    assert (ground.went_back(NOW), "No space" in ground.trouble[str(ground.file)]) == (True, True)
    monkeypatch.undo()
    ground.keep(NOW + timedelta(hours=4), [])
    assert (again(ground, timedelta()).went_back(NOW), ground.trouble[str(ground.file)]) == (True, "")
