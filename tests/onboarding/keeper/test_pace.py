"""The time of day is believed once it went for six hours at the pace of a clock that only goes forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from onboarding.keeper.pace import BELIEVED_AFTER, Pace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Clocks:
    """Both clocks of a machine, and what is made of them."""

    def __init__(self) -> None:
        self.moment, self.steady = NOON, timedelta()
        self.pace = Pace(self.seconds)

    def seconds(self) -> float:
        return self.steady.total_seconds()

    def look(self, passed: timedelta, leap: timedelta = timedelta()) -> bool:
        """So much time passes, and the time of day leaps beside."""
        self.steady += passed
        self.moment += passed + leap
        return self.pace.is_believed(self.moment)


@pytest.fixture
def clocks() -> Clocks:
    made = Clocks()
    made.look(timedelta())
    return made


def test_it_is_believed_after_six_hours_and_not_before(clocks: Clocks) -> None:
    assert not clocks.look(BELIEVED_AFTER - MINUTE)
    assert clocks.look(MINUTE)
    assert clocks.look(30 * DAY)


@pytest.mark.parametrize("leap", [4 * 365 * DAY, DAY, 3 * MINUTE, -3 * MINUTE, -DAY], ids=str)
def test_a_leap_forward_or_back_takes_another_six_hours(clocks: Clocks, leap: timedelta) -> None:
    assert clocks.look(DAY)
    assert not clocks.look(MINUTE, leap)
    assert not clocks.look(BELIEVED_AFTER - MINUTE)
    assert clocks.look(MINUTE)


@pytest.mark.parametrize("correction", [MINUTE, -MINUTE, timedelta(seconds=1)], ids=str)
def test_a_correction_is_no_leap(clocks: Clocks, correction: timedelta) -> None:
    assert clocks.look(DAY)
    assert clocks.look(MINUTE, correction)


def test_a_machine_that_slept_did_not_leap(clocks: Clocks) -> None:
    """Both clocks go on meanwhile."""
    assert clocks.look(3 * DAY)


def test_a_leap_is_told_with_how_far(clocks: Clocks, caplog: pytest.LogCaptureFixture) -> None:
    clocks.look(MINUTE, DAY)
    clocks.look(MINUTE)
    assert caplog.messages == ["the time of day leapt by 1 day, 0:00:00: nothing is purged for 6:00:00"]


def test_a_keeper_that_starts_on_a_wrong_clock_believes_it_no_sooner() -> None:
    """As a machine without a battery that waits for the network's time."""
    clocks = Clocks()
    assert not clocks.look(timedelta(), 70 * 365 * DAY)
    assert not clocks.look(5 * MINUTE, -70 * 365 * DAY)
    assert not clocks.look(BELIEVED_AFTER - MINUTE)
    assert clocks.look(MINUTE)
