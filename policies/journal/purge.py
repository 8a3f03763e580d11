"""Payloads of a class are forgotten day by day, once their duration is over; the chain stays whole.

What is about to be deleted is journaled first, in the class `journal` that is never purged, so that
`verify` tells a purge from a theft.
"""

from __future__ import annotations

from datetime import date

from policies.calendar import parse_day
from policies.errors import DatalabError, UnavailableError
from policies.files import sync_folder
from policies.journal.append import Journal
from policies.journal.entry import CLASSES, JOURNAL_CLASS, PURGED


def purge(journal: Journal, class_: str, before: date) -> tuple[str, ...]:
    """Delete the payloads of a class from days (UTC) before this one; returns the days, oldest first."""
    if class_ not in CLASSES - {JOURNAL_CLASS}:
        raise DatalabError(f"journal: the class {class_} is not purged")
    folder = journal.folder / "payloads" / class_
    days = tuple(path.stem for path in sorted(folder.glob("*.jsonl")) if parse_day(path.stem) < before)
    if not days:
        return days
    journal.append(PURGED, {"class": class_, "days": days})
    try:
        for day in days:
            (folder / f"{day}.jsonl").unlink(missing_ok=True)
        sync_folder(folder)
    except OSError as error:
        raise UnavailableError(f"{folder}: cannot be purged: {error.strerror}; purge again") from None
    return days
