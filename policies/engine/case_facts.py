"""The facts of a case, read strictly against what the action declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policies.calendar import parse_day
from policies.engine.documents import Declaration
from policies.engine.known import Tell
from policies.engine.titles import TITLES
from policies.engine.vocabulary import IS
from policies.files import nearest


def read_facts(
    facts: Mapping[str, Any], titles: list[Any] | None, declared: Mapping[str, Declaration], tell: Tell, key: str
) -> dict[str, Any]:
    """Facts by dotted name, days read from text; what is undeclared or of another type is told."""
    found: dict[str, Any] = {}
    given = dict(facts) if titles is None else {**facts, TITLES: titles}
    for name, value in _flatten(given, declared):
        if name not in declared:
            tell(f"{key}facts.{name}", f"not a fact that this action has{nearest(name, declared)}")
        elif declared[name].without_route is not None:
            tell(f"{key}facts.{name}", "the engine finds it by itself; take it out")
        else:
            found[name] = _read_value(value, declared[name], f"{key}facts.{name}", tell)
    return found


def _flatten(facts: Mapping[str, Any], declared: Mapping[str, Declaration], before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in facts.items():
        name = before + key
        if name not in declared and isinstance(value, Mapping) and value:
            found.extend(_flatten(value, declared, name + "."))
        else:
            found.append((name, value))
    return found


def _read_value(value: Any, declared: Declaration, key: str, tell: Tell) -> Any:
    if value is None:
        return None
    if declared.type == "list of records" and isinstance(value, list):
        return [_read_record(record, declared, f"{key}[{place}]", tell) for place, record in enumerate(value)]
    try:
        read = _read_days(value, declared.type)
    except ValueError as error:
        tell(key, str(error))
        return None
    if not IS[declared.type](read):
        tell(key, f"{value!r} is not a {declared.type}")
    return read


def _read_days(value: Any, type_: str) -> Any:
    """A value whose days are days and no longer text; raises ValueError on what is no day."""
    if type_ == "day":
        return parse_day(str(value))
    if type_ == "period" and isinstance(value, Mapping) and set(value) <= {"from", "until"}:
        return {end: None if day is None else parse_day(str(day)) for end, day in value.items()}
    return value


def _read_record(record: Any, declared: Declaration, key: str, tell: Tell) -> Any:
    if not isinstance(record, Mapping):
        tell(key, "must be a mapping")
        return {}
    found: dict[str, Any] = {}
    for name, value in _flatten(record, declared.fields):
        if name not in declared.fields:
            tell(f"{key}.{name}", f"not a declared field{nearest(name, declared.fields)}")
        else:
            found[name] = _read_value(value, declared.fields[name], f"{key}.{name}", tell)
    return nest(found)


def nest(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts by dotted name as nested mappings, the form in which the engine is asked."""
    found: dict[str, Any] = {}
    for name, value in facts.items():
        *path, last = name.split(".")
        inner = found
        for key in path:
            inner = inner.setdefault(key, {})
        inner[last] = value
    return found
