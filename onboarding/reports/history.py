"""Which register and which law were in force when: from the manifests and the journaled changes of the law."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from onboarding.history import Change as Recorded
from onboarding.history import read_changes
from onboarding.keeper.laws import law_changes
from onboarding.reports.spans import Change, Span, spans, together
from onboarding.storing import Storage
from policies.engine.past import law_files
from policies.errors import DatalabError
from policies.files import canonical_json, fingerprint
from policies.journal.entry import moment_of
from policies.settings import Places


@dataclass(frozen=True)
class InForce:
    """Law and register between two moments; None where there was none, or nobody knows."""

    begin: datetime
    end: datetime
    register: str | None
    law: str | None


def in_force(places: Places, begin: datetime, end: datetime) -> list[InForce]:
    """What was in force between two moments, in order."""
    registers = spans(_registers(places.register_folder, begin), begin, end, None)
    laws = spans(_laws(places.journal("")), begin, end, _present_law(places.law))
    return [_in_force(span, law) for span, law in together(registers, laws)]


def _in_force(span: Span, law: str | None) -> InForce:
    return InForce(span.begin, span.end, span.value, law)


def _registers(folder: Path, begin: datetime) -> list[Change]:
    """Every change since a moment and the last one before it; what came before the oldest is nobody's to know."""
    found = list(_since(folder, begin))
    before = [*(each.digest for each in found[1:]), None]
    return [Change(each.moment, previous, each.digest) for each, previous in zip(found, before, strict=False)]


def _since(folder: Path, begin: datetime) -> Iterator[Recorded]:
    """From the latest to the first that came before."""
    for change in read_changes(Storage(folder)):
        yield change
        if change.moment <= begin:
            return


def known_since(places: Places, begin: datetime) -> datetime | None:
    """The moment until which, from this one on, the register's history was forgotten; None when it was not."""
    found = list(_since(places.register_folder, begin))
    return found[-1].moment if found and found[-1].moment > begin and not found[-1].complete else None


def _laws(journal: Path) -> list[Change]:
    changes = ((moment_of(each.entry.moment), each.payload or {}) for each in law_changes(journal))
    return [Change(moment, said.get("before"), str(said.get("after"))) for moment, said in changes]


def _present_law(folder: Path) -> str | None:
    try:
        return fingerprint(canonical_json(list(law_files(folder).items())))
    except DatalabError:
        return None
