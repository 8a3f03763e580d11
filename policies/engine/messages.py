"""Sentences of the law with places to fill in: `{day}`, `{missing}`, `{a.fact}`, `{parameter:a.name}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from policies.engine.dated import Dated
from policies.engine.documents import Declaration
from policies.engine.known import Known
from policies.engine.logic import Read
from policies.engine.vocabulary import Facts, Vocabulary
from policies.engine.wording import join, say
from policies.files import nearest
from policies.wording import say_day

Say = Callable[[str], None]
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


@dataclass(frozen=True)
class Place:
    """A place to fill in: the day, what is missing, a fact or a parameter."""

    kind: Literal["day", "missing", "fact", "parameter"]
    declared: Declaration | None = None
    read: Read | None = None
    dated: Dated | None = None


@dataclass(frozen=True)
class Template:
    """A sentence cut at its places."""

    parts: tuple[str | Place, ...]

    def fill(self, vocabulary: Vocabulary, facts: Facts, day: date, missing: Sequence[str] = ()) -> str:
        """The sentence for one day and these facts."""
        return "".join(
            part if isinstance(part, str) else _filled(part, vocabulary, facts, day, missing) for part in self.parts
        )


def _filled(place: Place, vocabulary: Vocabulary, facts: Facts, day: date, missing: Sequence[str]) -> str:
    if place.kind == "missing":
        return join(missing, "et")
    if place.dated is not None:
        return say(place.dated.at(day)[0], place.declared, vocabulary)
    if place.read is not None:
        return say(place.read(facts, facts, day), place.declared, vocabulary)
    return say_day(day)


def parse_template(text: str, known: Known, with_missing: bool, tell: Say) -> Template:
    """The template that a text describes; each place that cannot be filled is told."""
    parts: list[str | Place] = []
    end = 0
    for found in _TOKEN.finditer(text):
        parts.append(text[end : found.start()])
        end = found.end()
        token = found.group()
        if token in ("{{", "}}"):
            parts.append(token[0])
        elif found.group(1) is None:
            tell(f"a lone {token} at character {found.start() + 1}; write {token * 2} for a brace")
        elif place := _parse_place(found.group(1), known, with_missing, tell):
            parts.append(place)
    parts.append(text[end:])
    return Template(tuple(part for part in parts if part))


def _parse_place(name: str, known: Known, with_missing: bool, tell: Say) -> Place | None:
    if name == "day":
        return Place("day")
    if name == "missing" and with_missing:
        return Place("missing")
    if name.startswith("parameter:"):
        parameter = name.removeprefix("parameter:")
        if parameter in known.parameters:
            found = known.parameters[parameter]
            return Place("parameter", found.said, dated=found.dated)
        tell(f"{{{name}}}: unknown parameter{nearest(parameter, known.parameters)}")
    elif name == "missing":
        tell("{missing} has no meaning here: nothing that was required failed; say what is wrong")
    elif name in known.scope.facts:
        declared = known.scope.facts[name]
        return Place("fact", declared, known.reader(name, declared))
    else:
        tell(f"{{{name}}}: not a fact that this action has{nearest(name, known.scope.facts)}")
    return None
