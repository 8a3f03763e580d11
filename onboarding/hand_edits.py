"""What people changed in the YAML tree, against what the register says. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onboarding.tree import SECOND_LINE, render_values
from policies.errors import InvalidFilesError, Problem
from policies.files import Closed, parse_yaml
from policies.register.attested import plain

Texts = Mapping[str, str | None]


@dataclass(frozen=True)
class Difference:
    """One hand-edited document: its fingerprints before and after (None: not there), and the lines."""

    path: str
    before: str | None
    after: str | None
    lines: tuple[str, ...]


def parse_texts(texts: Texts) -> tuple[dict[str, dict[str, Any] | None], list[Problem]]:
    """The plain values of each file, None for one that was taken away; and what is wrong with the others."""
    found: dict[str, dict[str, Any] | None] = {}
    problems: list[Problem] = []
    for path, text in texts.items():
        try:
            values = None if text is None else parse_yaml(text, path)
        except InvalidFilesError as error:
            problems.extend(error.problems)
            continue
        if text is None or isinstance(values, dict):
            found[path] = values
        else:
            problems.append(Problem(path, "", "not a document; write keys and values, or delete the file"))
    return found, problems


def unified_lines(old: Closed | None, new: Closed | None) -> tuple[str, ...]:
    """What differs between two documents, in the lines that people see."""
    before = _lines(old) if old else []
    after = _lines(new) if new else []
    return tuple(difflib.unified_diff(before, after, lineterm="", n=2))


def _lines(document: Closed) -> list[str]:
    return (SECOND_LINE + render_values(plain(document))).splitlines()
