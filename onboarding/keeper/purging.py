"""Payloads past their term are deleted, each chain under its own account's rights, the deletion journaled first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from onboarding.keeper.heads import CHECKPOINTS
from policies.calendar import now
from policies.errors import DatalabError
from policies.journal.append import Journal
from policies.owners import as_owner


@dataclass(frozen=True)
class Purge:
    """Payloads of one account and class: the days that are past their term, and their size."""

    account: str
    class_: str
    days: tuple[str, ...]
    size: int


@dataclass(frozen=True)
class Failure:
    """An account whose payloads could not be deleted, and why."""

    account: str
    why: str


Clock = Callable[[], datetime]


def plan(journal: Path, kept: Mapping[str, date]) -> Iterator[Purge | Failure]:
    """What is past its term, deleted or not: `kept` is the oldest day kept of each class."""
    yield from _each(journal, kept, now, delete=False)


def purge(journal: Path, kept: Mapping[str, date], clock: Clock = now) -> Iterator[Purge | Failure]:
    """Delete it; one account that fails keeps no other from being purged."""
    yield from _each(journal, kept, clock, delete=True)


def _each(journal: Path, kept: Mapping[str, date], clock: Clock, delete: bool) -> Iterator[Purge | Failure]:
    for folder in sorted(path for path in journal.iterdir() if path.is_dir() and path.name != CHECKPOINTS):
        try:
            with as_owner(folder):
                found = list(_of(Journal(folder, folder.name, clock), kept, delete))
        except (DatalabError, OSError) as error:
            yield Failure(folder.name, str(error))
        else:
            yield from found


def _of(journal: Journal, kept: Mapping[str, date], delete: bool) -> Iterator[Purge]:
    for class_, first in kept.items():
        old = journal.past_term(class_, first)
        if not old:
            continue
        size = sum(path.lstat().st_size for path in old)
        days = journal.purge(class_, first) if delete else tuple(path.stem for path in old)
        yield Purge(journal.folder.name, class_, days, size)
