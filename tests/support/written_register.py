"""A writer on a real journal, for tests; its clock stands still."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onboarding.writing import Writer
from policies.journal.append import Journal
from policies.journal.read import read_journal
from tests.support.small_register import Values, small_register

MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ACTOR, REASON = "plead1", "Projet accepté"


def make_writer(folder: Path) -> Writer:
    """The writer of the register in `folder/register`."""
    journal = Journal(folder / "journal" / "onboarding", "onboarding", lambda: MOMENT)
    return Writer(folder / "register", journal, lambda: MOMENT)


def first_write(folder: Path, documents: dict[str, Values] | None = None) -> str:
    """The small register, written for the first time."""
    return make_writer(folder).write(documents or small_register(), {}, ACTOR, REASON)


def journaled(folder: Path) -> list[dict[str, Any] | None]:
    """The payloads of the writer's chain."""
    return [each.payload for each in read_journal(folder / "journal" / "onboarding")]
