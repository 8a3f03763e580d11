"""What a rule may refer to: the facts of its action, words, parameters, access routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from policies.engine.dated import Dated
from policies.engine.documents import Declaration, ParameterFile
from policies.engine.logic import Read, read_name
from policies.engine.operators import read_unrouted
from policies.engine.vocabulary import Scope, Vocabulary

Tell = Callable[[str, str], None]
"""Told of each problem: the key where it is, and what to do."""


@dataclass(frozen=True)
class Parameter:
    """A dated value of the law, and how it is said."""

    dated: Dated
    said: Declaration
    file: ParameterFile

    def at(self, day: date) -> Any:
        """The value on a day, `None` when there is none."""
        return self.dated.at(day)[0]


@dataclass(frozen=True)
class Known:
    """The names that a condition or a message may use, and how each is read."""

    vocabulary: Vocabulary
    scope: Scope
    parameters: Mapping[str, Parameter]
    routes: Dated

    def within(self, element: Mapping[str, Declaration]) -> Known:
        """The same, inside a record of a list."""
        return replace(self, scope=Scope(self.scope.facts, element))

    def reader(self, name: str, declared: Declaration, in_element: bool = False) -> Read:
        """How a name in scope is read; the engine finds by itself what no access route opens."""
        if declared.without_route is not None:
            return read_unrouted(read_name(declared.without_route, in_element=False), self.routes)
        return read_name(name, in_element)
