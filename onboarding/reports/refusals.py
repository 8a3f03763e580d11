"""What somebody was refused on a day, as the hub and the guard journaled it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from onboarding.reports.replay import decision_of
from policies.calendar import paris_day
from policies.engine.model import Refusal
from policies.errors import DatalabError
from policies.journal.entry import moment_of
from policies.journal.read import read_journal


@dataclass(frozen=True)
class Refused:
    """A refusal of a day: of the whole workspace, or of the part."""

    entry: str
    moment: str
    processing: str
    refusals: tuple[Refusal, ...]


def refusals_of(journal: Path, person: str, part: str, day: date) -> list[Refused]:
    """What this person was refused on a day, as the hub and the guard journaled it."""
    found = []
    for account in ("hub", "guard"):
        for recorded in read_journal(journal / account):
            on = paris_day(moment_of(recorded.entry.moment))
            if on == day and recorded.payload and recorded.entry.kind in {"refusal", "decision"}:
                refused = _refused(
                    f"{account}/{recorded.entry.n}", recorded.entry.moment, recorded.payload, person, part
                )
                found += [refused] if refused else []
    return found


def _refused(entry: str, moment: str, payload: dict[str, Any], person: str, part: str) -> Refused | None:
    try:
        decision, _ = decision_of(payload, entry)
    except (DatalabError, KeyError):
        return None
    if decision.person != person:
        return None
    parts = [refused for each in decision.refused_parts if each.id == part for refused in each.refusals]
    refusals = (*decision.refusals, *parts)
    return Refused(entry, moment, decision.processing, refusals) if refusals else None
