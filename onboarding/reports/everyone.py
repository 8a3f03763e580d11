"""Every access of the register: who is named on which processing, as the directory knows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from onboarding.ground import Ground
from onboarding.reports.changes import Change, Side, changes_between, coming_ends
from policies.access.decision import Decision
from policies.access.workspace import decide_workspace
from policies.directory.person import Person
from policies.proofs.tickets import EVERY_FACTOR
from policies.register.follow import Register

People = Mapping[str, Person | None]


@dataclass(frozen=True)
class Access:
    """A person named on a processing, by the team or by a mission."""

    person: str
    processing: str


def accesses(register: Register) -> list[Access]:
    """Every access, processing by processing, each person once."""
    return [Access(person, found.id) for found in register.processings() for person in found.processing.everybody]


def decide_access(ground: Ground, person: Person, processing: str, day: date) -> Decision:
    """What a person may open at most: with every proof of identity that the sign-in process knows."""
    return decide_workspace(ground.law, ground.register, person, EVERY_FACTOR, processing, day, ground.keys)


def law_changes(before: Ground, after: Ground, people: People, days: tuple[date, date]) -> Iterator[Change]:
    """Which decisions of one register change from one law and day to another; who is unknown has none."""
    for access in accesses(before.register):
        person = people[access.person]
        if person is not None:
            old = decide_access(before, person, access.processing, days[0])
            new = decide_access(after, person, access.processing, days[1])
            yield from changes_between(Side(old, before.law), Side(new, after.law), before.register)


def ends_until(ground: Ground, people: People, first: date, last: date) -> list[tuple[date, Change]]:
    """Every right that ends between two days, the soonest first."""
    found: list[tuple[date, Change]] = []
    for access in accesses(ground.register):
        person = people[access.person]
        if person is not None:
            decide = partial(decide_access, ground, person, access.processing)
            found += coming_ends(decide, ground.law, ground.register, first, last)
    return sorted(found, key=lambda end: (end[0], end[1].processing, end[1].person, end[1].what))
