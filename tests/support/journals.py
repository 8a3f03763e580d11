"""Journals for tests: written by the real thing, with a clock of the test's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from policies.journal.append import Journal

BEGINNING = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)


class Clock:
    """Each look at it is an hour later, so that a few entries span days."""

    def __init__(self) -> None:
        self._moments: Iterator[datetime] = (BEGINNING + timedelta(hours=n) for n in range(1_000_000))

    def __call__(self) -> datetime:
        return next(self._moments)


def write_journal(folder: Path, entries: int = 6) -> Journal:
    """A journal of starts and sign-ins, over two days."""
    journal = Journal(folder, folder.name, Clock())
    for number in range(entries):
        journal.append("sign_in" if number % 3 == 2 else "start", {"person": "p7f3k2", "number": number})
    return journal
