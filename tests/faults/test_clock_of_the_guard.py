"""The time of day of a guard's process leaps while it runs: no right comes back, none is lost, and then it opens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.guard.judging.ground import Ground
from policies.calendar import ONE_DAY, PARIS, end_of, now, paris_day, today
from policies.journal.verify import verify
from policies.names import WorkspaceName
from tests.support.aftermath import check_files, check_next_start, check_whole, leave_files, process
from tests.support.guarded_register import PERSON, PROCESSING
from tests.support.guarded_site import MATE, NAME, GuardedSite, guarded_site, site_without_guard, wait_for
from tests.support.leaping import Clock
from tests.support.mortal_guard import MortalGuards, mortal_guards
from tests.support.open_law import open_while_habilitated

PROJECT = "projects/aides.yaml"
AT_ONCE_S = 2.0
GOES_ON_S = 0.5
HOUR = timedelta(hours=1)
ANOTHER_DAY, BEHIND = "décidez à nouveau", "horloge"  # why nothing is created


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of a day in Paris."""
    return datetime.combine(day, time(hour, minute, second), PARIS).astimezone(UTC)


def tomorrow() -> date:
    """The keys of a site sign from today on: what comes back from later is still within their days."""
    return today() + ONE_DAY


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    made = Clock(tmp_path / "clock")
    made.put_at(at(tomorrow(), 20))
    return made


@pytest.fixture
def site(image: str, clock: Clock) -> Iterator[GuardedSite]:
    """Each person is in the team as long as they are habilitated; the hub's clock is the guard's."""
    with site_without_guard(image) as made:
        open_while_habilitated(made.places.law)
        made.hub_clock = clock.now
        yield made


@pytest.fixture
def guards(site: GuardedSite, clock: Clock) -> Iterator[MortalGuards]:
    """A machine in Paris; a teammate works on through it all."""
    with mortal_guards(site, clock.environment(TZ="Europe/Paris")) as made:
        made.start()
        site.open(MATE)
        leave_files(site, MATE)
        yield made


def habilitate(site: GuardedSite, until: date, person: str = PERSON) -> None:
    """The person's right ends with this day."""
    project: dict[str, Any] = json.loads(json.dumps(site.register.documents[PROJECT]))
    project["processings"][PROCESSING]["team"][person]["habilitation"]["until"] = until.isoformat()
    site.register.change(PROJECT, project)


def opened(site: GuardedSite) -> dict[str, Any]:
    """Somebody whose right lasts has worked here, and does; what a hub that keeps it would send later."""
    site.open(NAME)
    leave_files(site, NAME)
    return site.body(NAME)


def remarks(site: GuardedSite) -> list[str]:
    """What is odd in the guard's chain, which holds."""
    report = verify(site.places.journal("guard"))
    assert report.sound, report.flaw
    return [each.kind for each in report.remarks]


def restart(guards: MortalGuards) -> None:
    """As after a crash."""
    guards.kill()
    guards.start()


def refused(site: GuardedSite, body: dict[str, Any], name: WorkspaceName = NAME) -> str:
    """Why the guard creates nothing."""
    status, text = site.create_raw(body, str(name))
    assert status >= 400, text
    return text


def test_a_leap_of_a_day_over_the_end_of_a_right_ends_it_alone_and_coming_back_brings_nothing_back(
    site: GuardedSite, guards: MortalGuards, clock: Clock
) -> None:
    habilitate(site, until=paris_day(clock.now()))
    yesterdays = opened(site)
    with process(site, NAME) as dies, process(site, MATE) as mate_dies:
        clock.leap(ONE_DAY)
        assert dies(AT_ONCE_S)
        wait_for(lambda: site.containers() == [f"/{MATE}"])
        assert not mate_dies(GOES_ON_S)
        assert check_whole(site, "a day ahead") == [str(MATE)]
        assert "trop ancienne" in refused(site, yesterdays)
        clock.leap(-ONE_DAY)
        for _ in range(2):
            assert BEHIND in refused(site, yesterdays)
            assert BEHIND in refused(site, site.body(MATE), MATE)
            restart(guards)
        assert not mate_dies(GOES_ON_S)
        assert check_whole(site, "back") == [str(MATE)]
        clock.leap(ONE_DAY)
        assert not mate_dies(GOES_ON_S)
    check_files(site, "caught up", MATE)
    habilitate(site, until=paris_day(clock.now()))
    check_next_start(site, "caught up, and habilitated again")
    assert [each["workspace"] for each in site.payloads("enforcement")] == [str(NAME)]
    assert "clock_back" in remarks(site)


BACK = [
    pytest.param(timedelta(seconds=30), ANOTHER_DAY, id="by half a minute"),
    pytest.param(timedelta(seconds=100), ANOTHER_DAY, id="by a correction", marks=pytest.mark.long),
    pytest.param(HOUR, BEHIND, id="by an hour"),
    pytest.param(4 * HOUR, BEHIND, id="to the evening before", marks=pytest.mark.long),
]


def end_at_midnight(site: GuardedSite, put_at: Callable[[datetime], None]) -> dict[str, Any]:
    """A right ended with the day, ten seconds ago; what would have opened it until then."""
    day = paris_day(site.hub_clock())
    habilitate(site, until=day)
    asked = opened(site)
    with process(site, NAME) as dies:
        put_at(end_of(day) + timedelta(seconds=10))
        assert dies(AT_ONCE_S)
    wait_for(lambda: f"/{NAME}" not in site.containers())
    return asked


@pytest.mark.parametrize(("back", "why"), BACK)
def test_a_clock_that_goes_back_over_midnight_brings_no_right_of_the_day_before_back(
    site: GuardedSite, guards: MortalGuards, clock: Clock, back: timedelta, why: str
) -> None:
    asked = end_at_midnight(site, clock.put_at)
    with process(site, MATE) as mate_dies:
        clock.leap(-back)
        assert why in refused(site, asked)
        restart(guards)
        assert why in refused(site, asked)
        assert check_whole(site, "the day before") == [str(MATE)]
        clock.leap(back)
        assert ANOTHER_DAY in refused(site, asked)
        assert not mate_dies(GOES_ON_S)
    check_files(site, "the day after", MATE)
    habilitate(site, until=paris_day(clock.now()))
    check_next_start(site, "the day after")


def test_judged_by_a_clock_that_went_back_half_a_minute_the_same_right_would_have_come_back(
    image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    monkeypatch.setattr(Ground, "steady", lambda self, moment: moment)
    with guarded_site(image) as site:
        open_while_habilitated(site.places.law)
        site.hub_clock = site.guard.clock

        def put_at(moment: datetime) -> None:
            site.clock_offset = moment - now()

        put_at(at(tomorrow(), 20))
        asked = end_at_midnight(site, put_at)
        site.clock_offset -= timedelta(seconds=30)
        status, text = site.create_raw(asked)
        assert status == 201, text


def changes_of_hour() -> list[date]:
    """The next days in Paris that have 23 and 25 hours."""
    days = [tomorrow() + n * ONE_DAY for n in range(366)]
    return [day for day in days if end_of(day) - end_of(day - ONE_DAY) != ONE_DAY]


@pytest.mark.parametrize("change", [0, pytest.param(1, marks=pytest.mark.long)])
def test_a_day_of_23_or_25_hours_is_whole_whatever_a_clock_set_by_the_time_of_the_place_makes_of_it(
    site: GuardedSite, guards: MortalGuards, clock: Clock, change: int
) -> None:
    """At the change somebody sets the machine's clock an hour ahead, or behind, and back again."""
    day = changes_of_hour()[change]
    begins, ends = end_of(day - ONE_DAY), end_of(day)
    turns = at(day, 1) + HOUR
    clock.put_at(begins + timedelta(minutes=5))
    habilitate(site, until=day)
    opened(site)
    with process(site, NAME) as dies, process(site, MATE) as mate_dies:
        for moment in (turns - timedelta(seconds=1), turns + HOUR, turns, turns - HOUR, turns + 2 * HOUR):
            clock.put_at(moment)
            assert not dies(GOES_ON_S), moment
        clock.put_at(ends - timedelta(seconds=30))
        assert not dies(GOES_ON_S)
        clock.put_at(ends)
        assert dies(AT_ONCE_S)
        wait_for(lambda: site.containers() == [f"/{MATE}"])
        clock.put_at(ends - HOUR)
        assert BEHIND in refused(site, site.body(MATE), MATE)
        assert check_whole(site, "an hour behind") == [str(MATE)]
        clock.put_at(ends)
        assert not mate_dies(GOES_ON_S)
    habilitate(site, until=day + ONE_DAY)
    check_next_start(site, "the day after")
    remarks(site)
