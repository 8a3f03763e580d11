"""When the payloads of a day are past their class's term. Pure.

The law gives the months (parameter `journal_months.<class>`); the days are those of the journal, UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from policies.calendar import ONE_DAY, months_after

Months = Callable[[str, date], int | None]
"""The months for which a class is kept, as the law says on a day; None when it says nothing."""


def first_day_kept(today: date, months: int) -> date:
    """The oldest day whose payloads are still kept: so many months after it, that day included."""
    day = months_after(today, -months)
    while months_after(day, months) < today:
        day += ONE_DAY
    return day
