"""A parameter of the law with one thing changed: a day by one day, a value by the least there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

Values = dict[str, Any]


def parameter_mutants(file: Values, words: Sequence[str]) -> Iterator[tuple[str, date, Values]]:
    """Every mutant: what was changed, the one day whose value differs or the first of them, the file.

    `words` are those that a value may hold; a list gets one that it has not.
    """
    for day, entry in file["values"].items():
        for moved in (-1, 1):
            others = {each: value for each, value in file["values"].items() if each != day}
            shifted = (date.fromisoformat(day) + timedelta(moved)).isoformat()
            differs = date.fromisoformat(min(day, shifted))
            yield f"{day}: {moved:+d} day", differs, file | {"values": others | {shifted: entry}}
        for name, value in _values(entry["value"], words):
            changed = file["values"] | {day: entry | {"value": value}}
            yield f"{day}: {name}", date.fromisoformat(day), file | {"values": changed}


def _values(value: Any, words: Sequence[str]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        yield from ((f"without {each}", [kept for kept in value if kept != each]) for each in value)
        yield from ((f"with {each}", [*value, each]) for each in words if each not in value)
    elif isinstance(value, float):
        yield from ((f"{value + step:.2f}", round(value + step, 2)) for step in (-0.01, 0.01))
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from ((str(value + step), value + step) for step in (-1, 1))
