"""People and processings get a number once, never reused: it names their account and group on disk. Pure.

The author of a change leaves numbers out; `numbers.yaml` keeps the last ones given, so that a person
who left the register never hands their files to the next.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from policies.errors import InvalidFilesError, Problem
from policies.names import LARGEST_NUMBER
from policies.register.documents import NUMBERS

Values = dict[str, Any]
Holder = tuple[str, str]
_NOT_GIVEN = "was not given by this register; leave the key out, the register gives one"


def allot(changes: Mapping[str, Values | None], old: Mapping[str, Values]) -> dict[str, Values | None]:
    """The changes with every number filled in; raises InvalidFilesError for one that was not given."""
    filled, problems = try_allot(changes, old)
    if problems:
        raise InvalidFilesError(problems)
    return filled


def try_allot(
    changes: Mapping[str, Values | None], old: Mapping[str, Values]
) -> tuple[dict[str, Values | None], list[Problem]]:
    """The changes with every number filled in, and `numbers.yaml` when new ones were given.

    `old` holds the present documents of the changed paths and `numbers.yaml`. A number that the
    register did not give is a problem.
    """
    last = {"person": 0, "processing": 0} | old.get(NUMBERS, {})
    before = dict(last)
    kept = {holder: entry.get("number") for path, values in old.items() for _, holder, entry in holders(path, values)}
    filled = copy.deepcopy(dict(changes))
    problems = [Problem(NUMBERS, "", "kept by the register; undo the change")] if NUMBERS in changes else []
    for path, values in filled.items():
        for key, holder, entry in holders(path, values):
            problems.extend(_fill(path, key, holder, entry, kept, last))
    if last != before or NUMBERS not in old:
        filled[NUMBERS] = last
    return filled, problems


def holders(path: str, values: object) -> Iterator[tuple[str, Holder, Values]]:
    """What has a number in a document, however wrong the rest of it is: key, kind and id, its entry."""
    if not isinstance(values, dict) or not path.endswith(".yaml"):
        return
    if path.startswith("people/"):
        yield "number", ("person", path), values
    processings = values.get("processings")
    if path.startswith("projects/") and isinstance(processings, dict):
        for name, entry in processings.items():
            if isinstance(entry, dict):
                yield f"processings.{name}.number", ("processing", str(name)), entry


def _fill(
    path: str, key: str, holder: Holder, entry: Values, kept: Mapping[Holder, Any], last: Values
) -> Iterator[Problem]:
    mine = kept.get(holder)
    if "number" in entry:
        if entry["number"] != mine or type(entry["number"]) is not int:
            yield Problem(path, key, f"{entry['number']} {_NOT_GIVEN}")
        return
    if mine is None:
        last[holder[0]] += 1
        mine = last[holder[0]]
        if mine > LARGEST_NUMBER:
            yield Problem(path, key, f"all {LARGEST_NUMBER} numbers were given; this datalab is full")
    entry["number"] = mine
