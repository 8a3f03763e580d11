"""Dates are calendar days in Europe/Paris, both ends included; nothing pure reads the clock itself."""

from __future__ import annotations

import time
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
ONE_DAY = timedelta(days=1)


def paris_day(moment: datetime) -> date:
    """The calendar day that a moment belongs to in Paris; the moment must know its time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone has no day in Paris")
    return moment.astimezone(PARIS).date()


def end_of(day: date) -> datetime:
    """The first moment after a day: midnight in Paris, whatever the day's length."""
    following = day + ONE_DAY
    return datetime(following.year, following.month, following.day, tzinfo=PARIS).astimezone(UTC)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def now() -> datetime:
    """The present moment, in UTC. Called at the edges only."""
    return datetime.now(UTC)


def boot_seconds() -> float:
    """Seconds that only go forward, also while the machine sleeps. Called at the edges only."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def today() -> date:
    """The present day in Paris. Called at the edges only."""
    return paris_day(now())


def parse_day(text: str) -> date:
    """A day written YYYY-MM-DD; raises ValueError on anything else, week dates included."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise ValueError(f"{text} is not a date; write YYYY-MM-DD")
    return day
