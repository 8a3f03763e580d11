"""How days, moments and counts are said to people, wherever they read them: page, terminal, LISEZ-MOI."""

from __future__ import annotations

from datetime import date, datetime

from policies.calendar import PARIS


def say_day(day: date) -> str:
    """A day: 01/03/2026."""
    return f"{day:%d/%m/%Y}"


def say_moment(moment: datetime) -> str:
    """A moment to the second, on the clock of Paris: 01/03/2026 à 09:05:00."""
    return f"{moment.astimezone(PARIS):%d/%m/%Y à %H:%M:%S}"


def say_count(number: int, one: str, many: str = "") -> str:
    """So many things: in French the plural begins at two. `many` is needed where it is not `one` with an s."""
    return f"{number} {(many or f'{one}s') if number >= 2 else one}"
