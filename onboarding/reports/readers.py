"""Who could read a part between two days: decided again for each person, with the register and the law of then.

An upper bound where the past is not kept: titles' files are taken to have been there, and people to have
shown every factor. An interval is decided once and stands until the law itself says that it may change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from onboarding.reports.deciding import Standing
from onboarding.reports.history import InForce
from onboarding.reports.past import Past
from onboarding.reports.people import Origin, People
from onboarding.reports.reads import Asked
from policies.calendar import ONE_DAY, paris_day
from policies.engine.model import Reason
from policies.errors import DatalabError
from policies.register.follow import FoundProcessing

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Could:
    """One person could read on one processing from a day to another, both included, on these grounds."""

    person: str
    processing: str
    first: date
    last: date
    directory: Origin
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Gap:
    """Days for which nobody can say who could read, and why."""

    first: date
    last: date
    why: str


@dataclass(frozen=True)
class Readable:
    """Who could read a part, the days about which nothing is known; `known`: a register of those days has the part."""

    could: tuple[Could, ...]
    gaps: tuple[Gap, ...]
    known: bool


def could_read(past: Past, history: Sequence[InForce], people: People, asked: Asked) -> Readable:
    """Those who could, in the order of people and days."""
    could: list[Could] = []
    gaps: list[Gap] = []
    known = False
    for span in history:
        first, last = max(asked.first, paris_day(span.begin)), min(asked.last, paris_day(span.end - INSTANT))
        if span.register is None or first > last:
            continue
        try:
            judging = _Judging(past, span, people, asked)
            known = known or judging.knows_part
            could += judging.judge(first, last)
        except DatalabError as error:
            gaps.append(Gap(first, last, str(error)))
    could.sort(key=lambda each: (each.person, each.processing, each.first, each.last))
    return Readable(tuple(_merged(could)), tuple(gaps), known)


class _Judging:
    """One register and one law."""

    def __init__(self, past: Past, span: InForce, people: People, asked: Asked) -> None:
        self._standing = Standing(past.law(span.law or ""), past.register(span.register or ""), past.present_keys)
        self._people = people
        self._asked = asked
        self._dataset, _, self._part = asked.part.partition("/")

    @property
    def knows_part(self) -> bool:
        """Whether this register has the part at all."""
        dataset = self._standing.register.datasets.get(self._dataset)
        return dataset is not None and self._part in dataset.parts

    def judge(self, first: date, last: date) -> Iterator[Could]:
        for found in self._standing.register.processings():
            use = found.processing.datasets.get(self._dataset)
            if use is not None and self._part in use.parts:
                for person in self._named(found):
                    yield from self._days(found, person, first, last)

    def _named(self, found: FoundProcessing) -> list[str]:
        return sorted(each for each in found.processing.everybody if self._asked.person in (None, each))

    def _days(self, found: FoundProcessing, person: str, first: date, last: date) -> Iterator[Could]:
        """The days are cut where the directory's description changes, then where the decision may."""
        starts = [day for day in self._people.changes(person, found.id) if first < day <= last]
        for begin, end in zip([first, *starts], [*(day - ONE_DAY for day in starts), last], strict=True):
            described = self._people.at(person, found, begin)
            day = begin
            while day <= end:
                decision = self._standing.decide(found, person, described, day)
                until = min(decision.until or end, end)
                granted = [g for g in decision.grants if g.id == self._asked.part and g.mode == "read"]
                if granted:
                    reasons = tuple(dict.fromkeys([*decision.reasons, *granted[0].reasons]))
                    yield Could(person, found.id, day, until, described.origin, reasons)
                day = until + ONE_DAY


def _merged(found: list[Could]) -> Iterator[Could]:
    """Intervals that touch or overlap, on the same grounds, are one."""
    current: Could | None = None
    for each in found:
        if current is not None and _same(current, each) and each.first <= current.last + ONE_DAY:
            current = replace(current, last=max(current.last, each.last))
            continue
        if current is not None:
            yield current
        current = each
    if current is not None:
        yield current


def _same(one: Could, other: Could) -> bool:
    return (one.person, one.processing, one.directory, one.reasons) == (
        other.person, other.processing, other.directory, other.reasons,
    )  # fmt: skip
