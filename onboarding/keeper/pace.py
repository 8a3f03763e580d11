"""Whether the time of day is believed where a mistake cannot be undone: once it went at a steady clock's pace for long.

A clock that leaps years ahead, or that a machine starts with, would else take everything for past its term.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

BELIEVED_AFTER = timedelta(hours=6)
LEAP = timedelta(minutes=2)
log = logging.getLogger("datalab.keeper")


class Pace:
    """The time of day beside `seconds`, a clock that only goes forward."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._since = seconds()
        self._last: tuple[datetime, float] | None = None

    def is_believed(self, moment: datetime) -> bool:
        """Whether it did not leap for six hours, as far as this was asked; asked at each look at the time of day."""
        now = self._seconds()
        leap = self._leap(moment, now)
        self._last = moment, now
        if abs(leap) > LEAP:
            log.warning("the time of day leapt by %s: nothing is purged for %s", leap, BELIEVED_AFTER)
            self._since = now
        return now - self._since >= BELIEVED_AFTER.total_seconds()

    def _leap(self, moment: datetime, now: float) -> timedelta:
        if self._last is None:
            return timedelta()
        before, then = self._last
        return moment - before - timedelta(seconds=now - then)
