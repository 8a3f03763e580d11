"""A known end is announced a week, an hour and five minutes before; ten seconds before, the workspace must stop."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hub.guard.watching.notice import Due, due, make_notice, to_the_minute
from policies.calendar import end_of

END = end_of(date(2026, 5, 4))


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(days=7, seconds=1), Due(None, False)),
        (timedelta(days=7), Due("week", False)),
        (timedelta(hours=1, seconds=1), Due("week", False)),
        (timedelta(hours=1), Due("hour", False)),
        (timedelta(minutes=5), Due("minutes", False)),
        (timedelta(seconds=11), Due("minutes", False)),
        (timedelta(seconds=10), Due("minutes", True)),
        (timedelta(seconds=-1), Due("minutes", True)),
    ],
)
def test_what_the_clock_asks_for(left: timedelta, expected: Due) -> None:
    assert due(END, END - left) == expected


def test_an_end_at_midnight_is_that_of_the_day_before() -> None:
    assert make_notice("week", END, ["Le titre expire."]).text == (
        "Cet espace de travail s'arrêtera à la fin du 04/05/2026, à minuit. Le titre expire."
    )


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 28), date(2026, 10, 24)])
def test_midnight_is_midnight_in_paris_also_when_the_hour_changes(day: date) -> None:
    assert "à minuit" in make_notice("hour", end_of(day), []).text
    assert due(end_of(day), end_of(day) - timedelta(hours=1)) == Due("hour", False)


def test_an_end_within_a_day_is_told_to_the_minute() -> None:
    end = datetime(2026, 5, 4, 12, 31, 20, tzinfo=UTC)
    assert make_notice("minutes", end, []).text == (
        "Cet espace de travail s'arrêtera le 04/05/2026 à 14 h 32. Votre travail vient d'être enregistré."
    )


def test_the_same_reason_is_said_once() -> None:
    assert make_notice("hour", END, ["Fin.", "Fin."]).text.count("Fin.") == 1


@pytest.mark.parametrize(("seconds", "expected"), [(0, 0), (1, 60), (59, 60)])
def test_a_minute_that_has_begun_is_rounded_up(seconds: int, expected: int) -> None:
    moment = datetime(2026, 5, 4, 12, 31, tzinfo=UTC)
    assert to_the_minute(moment + timedelta(seconds=seconds)) == moment + timedelta(seconds=expected)
