"""A value that changes at known days: parameters of the law, and the access routes in force."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from typing import Any

from policies.calendar import ONE_DAY

FOREVER = date.max


class Dated:
    """Values by the day they take effect; before the first, and after a `None`, there is none."""

    __slots__ = ("_values", "days", "type")

    def __init__(self, values: Mapping[date, Any], type_: str) -> None:
        self.days = sorted(values)
        self.type = type_
        lasts = [following - ONE_DAY for following in self.days[1:]] + [FOREVER]
        self._values = tuple((values[day], last) for day, last in zip(self.days, lasts, strict=False))  # none of none

    def at(self, day: date) -> tuple[Any, date]:
        """The value on a day, and the last day on which it is the same entry."""
        position = bisect_right(self.days, day)
        if position == 0:
            return None, self.days[0] - ONE_DAY if self.days else FOREVER
        return self._values[position - 1]

    def every(self) -> list[Any]:
        """Each value that it ever takes, `None` left out, oldest first."""
        return [value for value, _ in self._values if value is not None]
