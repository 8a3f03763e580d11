"""The words that rules may use: declared facts by action, groups of values with their French labels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from policies.engine.documents import Action, Declaration, FactsFile, Regime
from policies.files import nearest

Facts = Mapping[str, Any]
LISTS = (list, tuple, frozenset)


@dataclass(frozen=True)
class Vocabulary:
    """What `facts.yaml` and the regimes declare."""

    facts: Mapping[str, Declaration]
    actions: Mapping[str, Action]
    words: Mapping[str, Mapping[str, str]]
    default_contact: str

    def label(self, group: str | None, value: str) -> str:
        """How people say a value: its label, else the value between quotation marks."""
        return self.words.get(group or "", {}).get(value) or f"« {value} »"

    def named_by(self, action: str) -> dict[str, Declaration]:
        """The facts that rules of an action may name."""
        if action not in self.actions:
            return {}
        allowed = self.actions[action].facts
        return {
            name: declared
            for name, declared in self.facts.items()
            if any(name == given or name.startswith(given + ".") for given in allowed)
        }


def make_vocabulary(file: FactsFile, regimes: Mapping[str, Regime]) -> Vocabulary:
    """The vocabulary of a law; contacts, kinds of title and regimes are groups of words of their own."""
    words: dict[str, Mapping[str, str]] = {group: MappingProxyType(labels) for group, labels in file.words.items()}
    words["contacts"] = MappingProxyType({key: named.name for key, named in file.contacts.items()})
    words["title_kinds"] = MappingProxyType({key: named.name for key, named in file.title_kinds.items()})
    words["regimes"] = MappingProxyType({key: regime.name for key, regime in regimes.items()})
    return Vocabulary(
        MappingProxyType(file.facts), MappingProxyType(file.actions), MappingProxyType(words), file.default_contact
    )


@dataclass(frozen=True)
class Scope:
    """The names that a condition may use: the element's fields first inside `such_that`, then facts."""

    facts: Mapping[str, Declaration]
    element: Mapping[str, Declaration] | None = None

    def find(self, name: str) -> tuple[Declaration, bool] | None:
        """The declaration of a name, and whether it is a field of the element; `None` if undeclared."""
        if self.element is not None and name in self.element:
            return self.element[name], True
        return (self.facts[name], False) if name in self.facts else None

    def hint(self, name: str) -> str:
        """What to add to an error about an undeclared name."""
        return nearest(name, [*self.facts, *(self.element or ())])


def is_text(value: object) -> bool:
    """Text, and no subclass of it that could compare in its own way."""
    return value.__class__ is str


def is_number(value: object) -> bool:
    """A whole or decimal number; a boolean is none, nor is infinity."""
    kind = value.__class__
    return kind is int or (kind is float and math.isfinite(value))  # type: ignore[arg-type]


def is_boolean(value: object) -> bool:
    """True or false."""
    return value is True or value is False


def is_day(value: object) -> bool:
    """A calendar day; a moment is none."""
    return value.__class__ is date


def is_list_of_text(value: Any) -> bool:
    """A list whose elements are all text."""
    if value.__class__ not in LISTS:
        return False
    for element in value:  # noqa: SIM110 - on the hot path, and three times as fast as all()
        if element.__class__ is not str:
            return False
    return True


def is_list_of_number(value: Any) -> bool:
    """A list whose elements are all numbers."""
    return value.__class__ in LISTS and all(map(is_number, value))


def is_list_of_records(value: Any) -> bool:
    """A list whose elements are all mappings."""
    return value.__class__ in LISTS and all(isinstance(element, dict) for element in value)


def is_period(value: Any) -> bool:
    """A mapping with a first day and, if its end is known, a last day that is not before it."""
    return ends_of(value) is not None


def ends_of(value: Any) -> tuple[date, date] | None:
    """The first and last day of a period, `date.max` without known end; `None` if it is no period."""
    if not isinstance(value, dict):
        return None
    first, last = value.get("from"), value.get("until")
    if last is None:
        last = date.max
    if first.__class__ is not date or last.__class__ is not date or last < first:
        return None
    return first, last


IS = MappingProxyType(
    {
        "text": is_text,
        "number": is_number,
        "boolean": is_boolean,
        "day": is_day,
        "period": is_period,
        "list of text": is_list_of_text,
        "list of number": is_list_of_number,
        "list of records": is_list_of_records,
    }
)
