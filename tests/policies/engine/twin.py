"""A second engine, sixty lines at most beside its imports: plain files, one day, no last days, no words, no speed."""

from __future__ import annotations

import json
import operator
from collections.abc import Iterable
from datetime import date
from functools import reduce
from typing import Any

Values = dict[str, Any]
OPPOSITE = {True: False, False: True, None: None}  # None: a fact is absent, so nobody can say
SHAPES = {"in": str, "has": list, "only": list, "contains": dict}
COVERED = {"person": ("people", "person.id"), "part": ("parts", "part.id")}
TESTS = {
    "is": operator.eq, "at_least": operator.ge, "at_most": operator.le, "more_than": operator.gt,
    "less_than": operator.lt, "has": operator.contains, "in": lambda found, wanted: found in wanted,
    "only": lambda found, wanted: set(found) <= set(wanted), "present": lambda found, want: want is (found is not None),
    "contains": lambda found, wanted: found["from"] <= wanted <= (found["until"] or "9999"),
}  # fmt: skip


def every(values: Iterable[bool | None]) -> bool | None:
    return False if False in (found := set(values)) else None if None in found else True


def find(facts: Any, name: str) -> Any:
    return reduce(lambda found, key: found.get(key) if isinstance(found, dict) else None, name.split("."), facts)


def titled(wanted: Values, _: Values) -> Values:
    who = [COVERED[name] for name in wanted["covers"]]
    known = {name: {"is": {"fact": name}} for _, name in who}
    such = [{"any": [{key: {"present": False}}, {key: {"has": {"fact": name}}}]} for key, name in who]
    such += [{"kind": {"is": wanted["kind"]}, "counts": {"is": True}, "period": {"contains": "day"}}]
    held = {"some": "titles", "such_that": {"all": [*such, wanted.get("such_that", {})]}}
    return {"all": [known, {"if": known, "then": held}]}


SUGAR = {
    "title": titled,
    "any": lambda value, beside: {"not": {"all": [{"not": each} for each in value]}},
    "if": lambda value, beside: {"any": [{"not": value}, beside["then"]]},
    "ways": lambda value, beside: {"any": [{"all": [way["admits"], way["needs"]]} for way in value]},
}


def allowed(files: Values, facts: Values, day: date) -> bool:
    today, facts = day.isoformat(), json.loads(json.dumps(facts, default=str))
    rules = [file for path, file in files.items() if path.endswith("/rule.yaml")]
    rules = [rule for rule in rules if rule["in_force"]["from"] <= today <= rule["in_force"].get("until", "9999")]
    regimes, opened = find(facts, "part.regimes"), {rule.get("route") for rule in rules}
    facts["part"]["unrouted"] = regimes and [each for each in regimes if each not in opened]

    def holds(condition: Values, record: Any = None) -> bool | None:
        return every(part(key, condition[key], condition, record) for key in condition.keys() - {"such_that", "then"})

    def part(key: str, value: Any, beside: Values, record: Any) -> bool | None:
        if key in SUGAR:
            return holds(SUGAR[key](value, beside), record)
        if key == "all":
            return every(holds(each, record) for each in value)
        if key == "not":
            return OPPOSITE[holds(value, record)]
        if key == "some":
            lacking = [OPPOSITE[holds(beside["such_that"], each)] for each in find(facts, value) or ()]
            return None if find(facts, value) is None else OPPOSITE[every(lacking)]
        found = find(facts if record is None or "." in key else record, key)
        return every(compare(test, found, operand(wanted)) for test, wanted in value.items())

    def operand(wanted: Any) -> Any:
        if not isinstance(wanted, dict) or "fact" in wanted:
            return find(facts, wanted["fact"]) if isinstance(wanted, dict) else today if wanted == "day" else wanted
        values = files[f"parameters/{wanted['parameter'].replace('.', '/')}.yaml"]["values"]
        return values[max(past)]["value"] if (past := [each for each in values if each <= today]) else None

    def compare(test: str, found: Any, wanted: Any) -> bool | None:
        suits = test == "present" or (wanted is not None and type(found) is SHAPES.get(test, type(wanted)))
        return TESTS[test](found, wanted) if suits else None

    applying = [(rule, where) for rule in rules if (where := holds(rule.get("where", {}))) is not False]
    refused = [rule["effect"] == "forbid" or not holds(rule.get("requires", {})) for rule, _ in applying]
    return not any(refused) and all(where for _, where in applying) and "permit" in [r["effect"] for r, _ in applying]
