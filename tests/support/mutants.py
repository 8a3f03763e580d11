"""One rule of the law with one thing changed: an effect, a date, a condition, an operator; each change by its name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

Values = dict[str, Any]
Path = tuple[str | int, ...]
Mutant = tuple[str, Any]

EFFECTS = ("permit", "forbid", "require", "warn")
NEIGHBOURS = MappingProxyType(
    {"at_least": "more_than", "more_than": "at_least", "at_most": "less_than", "less_than": "at_most"}
)
INSIDE = ("not", "if", "then", "such_that")
LISTS = ("all", "any")
NOT_CONDITIONS = ("some", "such_that", "if", "then")


def rule_mutants(rule: Values) -> Iterator[tuple[str, Values]]:
    """Every mutant of a rule, as its file would say it; what the loader refuses is among them."""
    yield from ((f"effect: {each}", rule | {"effect": each}) for each in EFFECTS if each != rule["effect"])
    for end in ("from", "until"):
        if rule["in_force"].get(end):
            for days in (-1, 1):
                moved = (date.fromisoformat(rule["in_force"][end]) + timedelta(days)).isoformat()
                yield f"in_force.{end}: {days:+d} day", rule | {"in_force": rule["in_force"] | {end: moved}}
    for part in ("where", "requires"):
        if rule.get(part) is not None:
            yield f"{part}: removed", {key: value for key, value in rule.items() if key != part}
            for name, tree in _tree_mutants(rule[part]):
                yield f"{part}: {name}", rule | {part: tree}


def _tree_mutants(tree: Values) -> Iterator[Mutant]:
    for path, node in _conditions(tree, ()):
        at = "/".join(map(str, path)) or "."
        yield f"{at} negated", _put(tree, path, {"not": node})
        for key, value in node.items():
            if key in NOT_CONDITIONS:
                continue
            if len(node) > 1:
                rest = {each: node[each] for each in node if each != key}
                yield f"{at}/{key} removed", _put(tree, path, rest)
                yield f"{at}/{key} negated", _put(tree, path, {"all": [rest, {"not": {key: value}}]})
            for name, changed in _part_mutants(key, value):
                yield f"{at}/{name}", _put(tree, path, _replaced(node, key, changed))


def _conditions(node: Values, path: Path) -> Iterator[tuple[Path, Values]]:
    """Every condition inside a condition, itself first."""
    yield path, node
    for key, value in node.items():
        if key in LISTS:
            for index, each in enumerate(value):
                yield from _conditions(each, (*path, key, index))
        elif key in INSIDE:
            yield from _conditions(value, (*path, key))
        elif key == "ways":
            for index, way in enumerate(value):
                yield from _conditions(way["admits"], (*path, key, index, "admits"))
                yield from _conditions(way["needs"], (*path, key, index, "needs"))
        elif key == "title" and "such_that" in value:
            yield from _conditions(value["such_that"], (*path, key, "such_that"))


def _part_mutants(key: str, value: Any) -> Iterator[tuple[str, Values]]:
    """What may stand instead of one entry of a condition."""
    if key in LISTS:
        other = "any" if key == "all" else "all"
        if len(value) > 1:
            yield f"{key} becomes {other}", {other: value}
        yield from ((name, {key: each}) for name, each in _shorter(key, value))
    elif key == "ways":
        yield from ((name, {key: each}) for name, each in _shorter(key, value))
    elif key == "title":
        for covered in value.get("covers", ()):
            fewer = [each for each in value["covers"] if each != covered]
            yield f"title does not cover {covered}", {key: value | {"covers": fewer}}
        if "such_that" in value:
            yield "title may be any", {key: {name: value[name] for name in value if name != "such_that"}}
    elif key not in INSIDE:
        yield from ((f"{key}/{name}", {key: each}) for name, each in _test_mutants(value))


def _test_mutants(tests: Values) -> Iterator[tuple[str, Values]]:
    """What may stand instead of the operators on one fact."""
    for operator, operand in tests.items():
        if len(tests) > 1:
            yield f"{operator} removed", {each: tests[each] for each in tests if each != operator}
        if operator in NEIGHBOURS:
            yield (
                f"{operator} becomes {NEIGHBOURS[operator]}",
                _replaced(tests, operator, {NEIGHBOURS[operator]: operand}),
            )
        if isinstance(operand, bool):
            yield f"{operator} flipped", tests | {operator: not operand}
        if isinstance(operand, list):
            yield from ((name, tests | {operator: each}) for name, each in _shorter(operator, operand))


def _shorter(name: str, values: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    for index, value in enumerate(values):
        if len(values) > 1:
            yield f"{name} without {value if isinstance(value, str) else index}", values[:index] + values[index + 1 :]


def _replaced(node: Values, key: str, by: Values) -> Values:
    """The mapping with one entry in the place of another."""
    found: Values = {}
    for each, value in node.items():
        found |= by if each == key else {each: value}
    return found


def _put(tree: Any, path: Path, value: Any) -> Any:
    """A copy of the tree with one value inside replaced."""
    if not path:
        return value
    copied = json.loads(json.dumps(tree))
    inner = copied
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return copied
