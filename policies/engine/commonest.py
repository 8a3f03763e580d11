"""The commonest conditions, one literal against a fact of two words, without a call in between.

They answer exactly as `operators` does for every other form; a test compares the two. They are most of
what is judged on each request, and take half the time this way.
"""

from __future__ import annotations

import operator as operators
from collections.abc import Callable
from datetime import date
from types import MappingProxyType
from typing import Any

from policies.engine.logic import FALSE, TRUE, UNKNOWN, Held, Judge
from policies.engine.vocabulary import LISTS, Facts, is_number

ORDERS = MappingProxyType(
    {"at_least": operators.ge, "at_most": operators.le, "more_than": operators.gt, "less_than": operators.lt}
)


def judge_commonest(name: str, operator: str, type_: str, wanted: Any) -> Judge | None:
    """The quick judge of one operator, `None` when the condition is not one of the commonest."""
    path = name.split(".")
    if len(path) != 2:
        return None
    if operator == "is" and type_ in ("text", "boolean"):
        return _judge_is(path[0], path[1], wanted)
    if operator == "in" and type_ == "text":
        return _judge_in(path[0], path[1], frozenset(wanted))
    if operator in ("has", "present"):
        return (_judge_has if operator == "has" else _judge_present)(path[0], path[1], wanted)
    if type_ == "number" and operator in ORDERS:
        return _judge_number(path[0], path[1], ORDERS[operator], wanted)
    return None


def _judge_present(first: str, second: str, wanted: bool) -> Judge:
    there, absent = (TRUE, FALSE) if wanted else (FALSE, TRUE)

    def judge(facts: Facts, element: Facts, day: date) -> Held:
        try:
            return absent if facts[first][second] is None else there
        except (KeyError, TypeError):
            return absent

    return judge


def _judge_is(first: str, second: str, wanted: Any) -> Judge:
    kind = wanted.__class__

    def judge(facts: Facts, element: Facts, day: date) -> Held:
        try:
            value = facts[first][second]
        except (KeyError, TypeError):
            return UNKNOWN
        if value.__class__ is not kind:
            return UNKNOWN
        return TRUE if value == wanted else FALSE

    return judge


def _judge_in(first: str, second: str, wanted: frozenset[str]) -> Judge:
    def judge(facts: Facts, element: Facts, day: date) -> Held:
        try:
            value = facts[first][second]
        except (KeyError, TypeError):
            return UNKNOWN
        if value.__class__ is not str:
            return UNKNOWN
        return TRUE if value in wanted else FALSE

    return judge


def _judge_number(first: str, second: str, test: Callable[[Any, Any], bool], wanted: float) -> Judge:
    def judge(facts: Facts, element: Facts, day: date) -> Held:
        try:
            value = facts[first][second]
        except (KeyError, TypeError):
            return UNKNOWN
        if value.__class__ is not int and not is_number(value):
            return UNKNOWN
        return TRUE if test(value, wanted) else FALSE

    return judge


def _judge_has(first: str, second: str, wanted: str) -> Judge:
    def judge(facts: Facts, element: Facts, day: date) -> Held:
        try:
            values = facts[first][second]
        except (KeyError, TypeError):
            return UNKNOWN
        if values.__class__ not in LISTS:
            return UNKNOWN
        answer = FALSE
        for value in values:
            if value.__class__ is not str:
                return UNKNOWN
            if value == wanted:
                answer = TRUE
        return answer

    return judge
