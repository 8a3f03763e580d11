"""Conditions as functions of facts and day, and how all, any, not and some combine them.

A condition answers with its value and the last day on which it keeps it: true, false, or `None` for
unknown (a fact is absent or unreadable). `any` is true as soon as one is true, `all` false as soon as
one is false, whatever is unknown; so the order of conditions never matters. The last day may be early
(the same value may go on), never late.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from policies.engine.dated import FOREVER
from policies.engine.vocabulary import LISTS, Facts

Held = tuple[bool | None, date]
Judge = Callable[[Facts, Facts, date], Held]
Read = Callable[[Facts, Facts, date], Any]

TRUE: Held = (True, FOREVER)
FALSE: Held = (False, FOREVER)
UNKNOWN: Held = (None, FOREVER)


def always(facts: Facts, element: Facts, day: date) -> Held:
    """True whatever the facts: the condition of a rule that has none."""
    return TRUE


def judge_all(judges: Sequence[Judge]) -> Judge:
    """True when each is true; true of nothing."""
    if len(judges) == 1:
        return judges[0]

    def judge(facts: Facts, element: Facts, day: date) -> Held:
        known: bool | None = True
        last = FOREVER
        for one in judges:
            value, until = held = one(facts, element, day)
            if value is False:
                return held
            if value is None:
                known = None
            if until < last:  # noqa: PLR1730 - on the hot path, and twice as fast as min()
                last = until
        return known, last

    return judge


def judge_any(judges: Sequence[Judge]) -> Judge:
    """True when one is true; false of nothing."""
    if len(judges) == 1:
        return judges[0]

    def judge(facts: Facts, element: Facts, day: date) -> Held:
        known: bool | None = False
        last = FOREVER
        for one in judges:
            value, until = held = one(facts, element, day)
            if value:
                return held
            if value is None:
                known = None
            if until < last:  # noqa: PLR1730 - on the hot path, and twice as fast as min()
                last = until
        return known, last

    return judge


def judge_not(inner: Judge) -> Judge:
    """True when the other is false."""

    def judge(facts: Facts, element: Facts, day: date) -> Held:
        value, until = inner(facts, element, day)
        return (None if value is None else not value), until

    return judge


def judge_some(read: Read, such_that: Judge) -> Judge:
    """True when at least one record of a list is such that the condition holds."""

    def judge(facts: Facts, element: Facts, day: date) -> Held:
        records = read(facts, element, day)
        if records.__class__ not in LISTS:
            return UNKNOWN
        known: bool | None = False
        last = FOREVER
        for record in records:
            value, until = such_that(facts, record, day) if isinstance(record, dict) else UNKNOWN
            if value:
                return True, until
            if value is None:
                known = None
            if until < last:  # noqa: PLR1730 - on the hot path, and twice as fast as min()
                last = until
        return known, last

    return judge


def read_name(name: str, in_element: bool) -> Read:
    """How to find a dotted name in facts or in the element at hand; absent: `None`."""
    path = name.split(".")
    if in_element:
        return _read_element(path)
    return _read_pair(*path) if len(path) == 2 else _read_path(path)


def _read_pair(first: str, second: str) -> Read:
    def read(facts: Facts, element: Facts, day: date) -> Any:
        try:
            return facts[first][second]
        except (KeyError, TypeError):
            return None

    return read


def _read_path(path: Sequence[str]) -> Read:
    def read(facts: Facts, element: Facts, day: date) -> Any:
        return _walk(facts, path)

    return read


def _read_element(path: Sequence[str]) -> Read:
    def read(facts: Facts, element: Facts, day: date) -> Any:
        return _walk(element, path)

    return read


def _walk(found: Any, path: Sequence[str]) -> Any:
    try:
        for key in path:
            found = found[key]
    except (KeyError, TypeError):
        return None
    return found
