"""What the directory said of people: from the grounds of the guard's decisions, else now, else supposed.

The directory keeps no past: an answer says for each person where it comes from. What the hub journaled is
not believed here: whoever owns the hub's account may have written it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from policies.access.ground import Ground
from policies.calendar import paris_day
from policies.directory.person import DirectoryEntryError, Person
from policies.errors import InvalidFilesError, UnavailableError
from policies.files import parse
from policies.journal.entry import moment_of
from policies.journal.read import read_journal
from policies.register.follow import FoundProcessing

GUARD = "guard"
OPERATOR = "dinum"
Origin = Literal["journal", "directory", "supposed"]


@dataclass(frozen=True)
class Described:
    """A person as the law may ask, on one processing, and where that comes from."""

    organisation: str
    roles: tuple[str, ...]
    in_group: bool
    origin: Origin


@dataclass
class People:
    """What is known of each person on each processing, by day; `ask` looks in the directory as it is now."""

    ask: Callable[[str], Person | None]
    known: dict[tuple[str, str], list[tuple[date, Described]]] = field(default_factory=dict)
    _now: dict[str, Person | None] = field(default_factory=dict)

    def at(self, person: str, found: FoundProcessing, day: date) -> Described:
        """The description that is nearest to a day: the last one by then, else the first one after."""
        told = self.known.get((person, found.id), [])
        if told:
            past = [each for on, each in told if on <= day]
            return past[-1] if past else told[0][1]
        return self._today(person, found)

    def changes(self, person: str, processing: str) -> list[date]:
        """The days on which another description begins."""
        told = self.known.get((person, processing), [])
        return [after[0] for before, after in pairwise(told) if before[1] != after[1]]

    def _today(self, person: str, found: FoundProcessing) -> Described:
        if person not in self._now:
            try:
                self._now[person] = self.ask(person)
            except (UnavailableError, DirectoryEntryError):
                self._now[person] = None
        now = self._now[person]
        if now is not None:
            in_group = found.project_id in now.projects
            return Described(now.organisation, tuple(sorted(now.roles)), in_group, "directory")
        missions = {each.person for each in found.processing.missions.values()}
        return Described(OPERATOR if person in missions else found.project.carrier, (), True, "supposed")


def read_people(journal: Path, ask: Callable[[str], Person | None]) -> People:
    """Every description that a journaled decision rests on."""
    people = People(ask)
    for recorded in read_journal(journal / GUARD):
        if recorded.payload is not None and "ground" in recorded.payload:
            _learn(people, paris_day(moment_of(recorded.entry.moment)), recorded.payload)
    for told in people.known.values():
        told.sort(key=lambda each: each[0])
    return people


def _learn(people: People, day: date, payload: Mapping[str, Any]) -> None:
    decision = payload.get("decision")
    try:
        ground = parse(Ground, payload["ground"], "ground")
    except InvalidFilesError:
        return
    if isinstance(decision, dict):
        described = Described(ground.organisation, ground.roles, ground.in_group, "journal")
        key = str(decision.get("person")), str(decision.get("processing"))
        told = people.known.setdefault(key, [])
        if not told or told[-1][1] != described:
            told.append((day, described))
