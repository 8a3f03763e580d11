"""The operator `title`: a document of a kind that counts on the day, and covers who and what is at hand.

Titles that follow each other without a gap prolong each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from policies.calendar import ONE_DAY
from policies.engine.dated import FOREVER
from policies.engine.logic import TRUE, UNKNOWN, Held, Judge, always, read_name
from policies.engine.vocabulary import LISTS, Facts, ends_of, is_list_of_text

TITLES = "titles"
UNREADABLE: Mapping[str, Any] = MappingProxyType({})
"""Stands for a title of which it is not known whether it does."""
SUBJECTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"person": ("people", "person.id"), "part": ("parts", "part.id")}
)
"""What `covers` may name: the title's list, and the fact that must be in it when there is a list."""
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "kind": "text",
        "number": "text",
        "period": "period",
        "people": "list of text",
        "parts": "list of text",
        "counts": "boolean",
        "flaw": "text",
    }
)
Period = tuple[date, date]
Subjects = Sequence[tuple[str, str]]


def judge_title(kind: str, covers: Sequence[str], such_that: Judge = always) -> Judge:
    """True while a title of the kind that counts, covers what it must and is such, chained without a gap."""
    readers = [(SUBJECTS[name][0], read_name(SUBJECTS[name][1], in_element=False)) for name in covers]

    def judge(facts: Facts, element: Facts, day: date) -> Held:
        titles = facts.get(TITLES)
        if titles.__class__ not in LISTS:
            return UNKNOWN
        subjects = []
        for key, read in readers:
            who = read(facts, element, day)
            if who.__class__ is not str:
                return UNKNOWN
            subjects.append((key, who))
        if such_that is always:
            return _held(*_periods(titles, kind, subjects), day)
        such: list[Any] = []
        stands = FOREVER
        for title in titles:
            concerned = isinstance(title, dict) and title.get("kind") == kind and _does(title, subjects) is not False
            value, until = such_that(facts, title, day) if concerned else TRUE
            stands = min(stands, until)
            if value is not False:
                such.append(title if value else UNREADABLE)
        value, last = _held(*_periods(such, kind, subjects), day)
        return value, min(last, stands)

    return judge


def _periods(titles: Iterable[Any], kind: str, subjects: Subjects) -> tuple[list[Period], bool]:
    """The periods of the titles that do, and whether one of them could not be read."""
    found: list[Period] = []
    unread = False
    for title in titles:
        if not isinstance(title, dict) or (named := title.get("kind")).__class__ is not str:
            unread = True
        elif named == kind:
            does = _does(title, subjects)
            period = ends_of(title.get("period"))
            if does is None or (does and period is None):
                unread = True
            elif does and period is not None:
                found.append(period)
    return found, unread


def _does(title: Mapping[str, Any], subjects: Subjects) -> bool | None:
    """Whether a title counts and covers each subject, whatever the day; `None` when that cannot be read."""
    counts = title.get("counts")
    if counts is False:
        return False
    covering = covers_all(title, subjects)
    return covering if counts is True or covering is False else None


def covers_all(title: Mapping[str, Any], subjects: Subjects) -> bool | None:
    """Whether the title names each subject or leaves its list out; `None` when a list is no list."""
    for key, who in subjects:
        named = title.get(key)
        if named is None:
            continue
        if not is_list_of_text(named):
            return None
        if who not in named:
            return False
    return True


def _held(periods: list[Period], unread: bool, day: date) -> Held:
    last: date | None = None
    for first, end in sorted(periods) if len(periods) > 1 else periods:
        if last is None:
            if first <= day <= end:
                last = end
        elif last == FOREVER or first > last + ONE_DAY:
            break
        elif end > last:
            last = end
    if last is not None:
        return True, last
    starts = [first for first, _ in periods if first > day]
    return (None if unread else False), min(starts) - ONE_DAY if starts else FOREVER
