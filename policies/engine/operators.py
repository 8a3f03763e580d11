"""The closed list of operators on one fact: what each compares, and until which day the answer stands."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from policies.calendar import ONE_DAY
from policies.engine.dated import FOREVER, Dated
from policies.engine.documents import Declaration
from policies.engine.logic import FALSE, TRUE, UNKNOWN, Held, Judge, Read
from policies.engine.vocabulary import IS, Facts, ends_of

Name = Literal[
    "is", "in", "has", "only", "at_least", "at_most", "more_than", "less_than", "contains", "present"
]  # fmt: skip
Test = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Literally:
    """An operand written in the rule."""

    value: Any


@dataclass(frozen=True)
class FactRef:
    """An operand that is an outer fact."""

    name: str
    declared: Declaration
    read: Read


@dataclass(frozen=True)
class ParameterRef:
    """An operand that is a parameter's value on the day."""

    name: str
    dated: Dated


@dataclass(frozen=True)
class Today:
    """The word `day`: the day for which the law is asked."""


Operand = Literally | FactRef | ParameterRef | Today


def _is_in(value: Any, allowed: Any) -> bool:
    return value in allowed


def _has(values: Any, wanted: Any) -> bool:
    return wanted in values


def _only(values: Any, allowed: Any) -> bool:
    return all(value in allowed for value in values)


def _contains(period: Any, day: date) -> bool:
    return bool(period["from"] <= day and (period.get("until") is None or day <= period["until"]))


TESTS: Mapping[str, Test] = MappingProxyType(
    {
        "is": operator.eq,
        "in": _is_in,
        "has": _has,
        "only": _only,
        "at_least": operator.ge,
        "at_most": operator.le,
        "more_than": operator.gt,
        "less_than": operator.lt,
        "contains": _contains,
    }
)

SUITS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "is": {"text": "text", "number": "number", "boolean": "boolean", "day": "day"},
        "in": {"text": "list of text", "number": "list of number"},
        "has": {"list of text": "text"},
        "only": {"list of text": "list of text"},
        "at_least": {"number": "number", "day": "day"},
        "at_most": {"number": "number", "day": "day"},
        "more_than": {"number": "number", "day": "day"},
        "less_than": {"number": "number", "day": "day"},
        "contains": {"period": "day"},
    }
)
"""Operator -> type of the fact -> type of the operand. `present` suits every optional fact."""


def judge_operator(name: str, type_: str, read: Read, operand: Operand) -> Judge:
    """The judge of one operator on one fact of a type."""
    if name == "present" and isinstance(operand, Literally):
        return _judge_present(read, operand.value)
    if isinstance(operand, Today):
        return _judge_period_now(read) if name == "contains" else _judge_day_now(name, read)
    if isinstance(operand, Literally):
        return _judge_constant(TESTS[name], IS[type_], read, operand.value)
    if isinstance(operand, ParameterRef):
        return _judge_parameter(TESTS[name], IS[type_], read, operand.dated)
    return _judge_fact(TESTS[name], IS[type_], read, IS[SUITS[name][type_]], operand.read)


def _judge_present(read: Read, wanted: bool) -> Judge:
    def judge(facts: Facts, element: Facts, day: date) -> Held:
        return TRUE if (read(facts, element, day) is not None) is wanted else FALSE

    return judge


def _judge_constant(test: Test, is_type: Callable[[Any], bool], read: Read, wanted: Any) -> Judge:
    def judge(facts: Facts, element: Facts, day: date) -> Held:
        value = read(facts, element, day)
        if not is_type(value):
            return UNKNOWN
        return TRUE if test(value, wanted) else FALSE

    return judge


def _judge_fact(
    test: Test, is_type: Callable[[Any], bool], read: Read, is_wanted: Callable[[Any], bool], read_wanted: Read
) -> Judge:
    def judge(facts: Facts, element: Facts, day: date) -> Held:
        value, wanted = read(facts, element, day), read_wanted(facts, element, day)
        if not is_type(value) or not is_wanted(wanted):
            return UNKNOWN
        return TRUE if test(value, wanted) else FALSE

    return judge


def _judge_parameter(test: Test, is_type: Callable[[Any], bool], read: Read, dated: Dated) -> Judge:
    """A parameter has no value on some days; those that it has suit, or the law was refused."""

    def judge(facts: Facts, element: Facts, day: date) -> Held:
        value, (wanted, last) = read(facts, element, day), dated.at(day)
        if wanted is None or not is_type(value):
            return None, last
        return test(value, wanted), last

    return judge


def _judge_period_now(read: Read) -> Judge:
    """Whether a period contains the day: until its end, or until the eve of its beginning."""

    def judge(facts: Facts, element: Facts, day: date) -> Held:
        ends = ends_of(read(facts, element, day))
        if ends is None:
            return UNKNOWN
        first, last = ends
        if day < first:
            return False, first - ONE_DAY
        return (True, last) if day <= last else FALSE

    return judge


def _judge_day_now(name: str, read: Read) -> Judge:
    """How a day that is a fact compares with the day at hand, which moves on."""
    test = TESTS[name]

    def judge(facts: Facts, element: Facts, day: date) -> Held:
        value = read(facts, element, day)
        if value.__class__ is not date:
            return UNKNOWN
        if day > value:
            return (test(value, day)), FOREVER
        return test(value, day), value if day == value else value - ONE_DAY

    return judge


def bounded(judge: Judge, dated: Dated) -> Judge:
    """The same judge, whose answer stands no longer than an entry of a dated value that it reads."""

    def judge_bounded(facts: Facts, element: Facts, day: date) -> Held:
        value, until = judge(facts, element, day)
        return value, min(until, dated.at(day)[1])

    return judge_bounded


def read_unrouted(read: Read, routes: Dated) -> Read:
    """The values of a list that no access route in force on the day opens."""

    def read_left(facts: Facts, element: Facts, day: date) -> Any:
        values = read(facts, element, day)
        if not IS["list of text"](values):
            return None
        opened = routes.at(day)[0] or ()
        return tuple(value for value in values if value not in opened)

    return read_left
