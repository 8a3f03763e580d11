"""Days are those of Paris, both ends included."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from policies.calendar import end_of, months_after, paris_day, parse_day


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 1, 1, 22, 59, 59, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 23, 0, tzinfo=UTC), date(2026, 1, 2)),
        (datetime(2026, 7, 1, 21, 59, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_the_day_changes_at_midnight_in_paris(moment: datetime, expected: date) -> None:
    assert paris_day(moment) == expected


def test_a_moment_without_time_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="without time zone"):
        paris_day(datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_is_as_long_as_the_change_of_hour_makes_it(day: date, hours: int) -> None:
    eve = date.fromordinal(day.toordinal() - 1)
    assert (end_of(day) - end_of(eve)).total_seconds() == hours * 3600


@pytest.mark.parametrize("text", ["2026-02-30", "2026-W01-1", "20260101", "2026-1-1", "", "hier", "2026-01-01\n"])
def test_what_is_no_day_is_refused_with_the_form_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date; write YYYY-MM-DD"):
        parse_day(text)


def test_a_day_is_read() -> None:
    assert parse_day("2028-02-29") == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2020, 6, 15), 72, date(2026, 6, 15)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected
