"""What may be asked of a part, answered whole: everything that a person or a program is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from onboarding.reports.grounds import GroundOf, ground_of
from onboarding.reports.history import in_force, known_since
from onboarding.reports.past import Past
from onboarding.reports.people import read_people
from onboarding.reports.readers import Could, Gap, Readable, could_read
from onboarding.reports.reads import Asked, Read, read_reads
from onboarding.reports.refusals import Refused, refusals_of
from policies.calendar import ONE_DAY, end_of, paris_day
from policies.directory.person import Person
from policies.settings import Places

FORGOTTEN = "the register's history was forgotten"
Ask = Callable[[str], Person | None]


@dataclass(frozen=True)
class GroundAnswer:
    """On what ground a person read a part on a day, and could; `forgotten` starts of that day are no longer known.

    A workspace may have started days before: `could` is what law and register said on the day itself.
    """

    person: str
    part: str
    day: date
    grounds: tuple[GroundOf, ...]
    could: tuple[Could, ...]
    refusals: tuple[Refused, ...]
    gaps: tuple[Gap, ...]
    known: bool
    forgotten: int


@dataclass(frozen=True)
class ReadersAnswer:
    """Who could read a part between two days, and who did."""

    part: str
    first: date
    last: date
    could: tuple[Could, ...]
    did: tuple[Read, ...]
    gaps: tuple[Gap, ...]
    known: bool
    forgotten: int


def answer_ground(places: Places, person: str, part: str, day: date, ask: Ask) -> GroundAnswer:
    """Every read of that day with its ground, what could be read, what was refused."""
    asked = Asked(part, day, day, person)
    reads, past = read_reads(places.journal(""), asked), Past(places)
    grounds = tuple(ground_of(past, read, part) for read in reads.found)
    could = _could(places, asked, ask)
    refusals = tuple(refusals_of(places.journal(""), person, part, day))
    return GroundAnswer(person, part, day, grounds, could.could, refusals, could.gaps, could.known, reads.forgotten)


def answer_readers(places: Places, part: str, first: date, last: date, ask: Ask) -> ReadersAnswer:
    """Could: decided again for each day. Did: from the starts."""
    asked = Asked(part, first, last)
    reads, could = read_reads(places.journal(""), asked), _could(places, asked, ask)
    return ReadersAnswer(part, first, last, could.could, reads.found, could.gaps, could.known, reads.forgotten)


def _could(places: Places, asked: Asked, ask: Ask) -> Readable:
    """Who could; days whose register was forgotten are a gap, told first."""
    begin, end = end_of(asked.first - ONE_DAY), end_of(asked.last)
    people = read_people(places.journal(""), ask)
    found = could_read(Past(places), in_force(places, begin, end), people, asked)
    since = known_since(places, begin)
    if since is None:
        return found
    gap = Gap(asked.first, min(asked.last, paris_day(since)), FORGOTTEN)
    return replace(found, gaps=(gap, *found.gaps))
