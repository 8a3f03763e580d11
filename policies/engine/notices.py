"""What the law keeps beside its rules: reminders, where each identifier ended, which copies were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from policies.engine.documents import Citation, Confidence, InForce, Trusted
from policies.files import Closed

Text = Annotated[str, StringConstraints(min_length=1)]
Place = Literal["rule", "obligation", "reminder", "parameter", "check", "later"]
KEYS: Mapping[Place, str] = MappingProxyType(
    {"obligation": "of", "parameter": "parameters", "check": "checks", "later": "with"}
)
"""What an identifier kept at each place has to say; rules and reminders are found by their folders."""


class Reminder(Trusted):
    """`reminders/<ID>/<name>.yaml`: a duty of people with its deadline; nothing is refused because of it.

    `event` is a word of the group `events`; `delay` names a parameter, a number of hours, days or months.
    """

    source: Citation
    in_force: InForce
    checked_on: date | None = None
    event: str
    side: Literal["before", "after"]
    delay: str
    text: Text
    ask: str


class Identifier(Closed):
    """What an identifier of the legal sheet says, and the one place that keeps it.

    `of` is the rule whose decision carries the obligation; `checks` are tests, `tests/file.py::name`;
    `with` is what it comes with.
    """

    says: Text
    section: Text
    confidence: Confidence
    place: Place
    of: str | None = None
    parameters: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    with_: str | None = Field(default=None, alias="with")

    @model_validator(mode="after")
    def _one_place(self) -> Identifier:
        given = {"of": self.of, "parameters": self.parameters, "checks": self.checks, "with": self.with_}
        wanted = KEYS.get(self.place)
        if wanted and not given[wanted]:
            raise ValueError(f"an identifier kept as {self.place} needs `{wanted}`; add it")
        others = [key for key, value in given.items() if value and key != wanted]
        if others:
            raise ValueError(f"an identifier is kept in one place; take out {', '.join(others)}")
        return self


class IdentifiersFile(Closed):
    """`identifiers.yaml`: every identifier of the legal sheet."""

    identifiers: dict[str, Identifier] = Field(min_length=1)


class ReadingsFile(Closed):
    """`readings.yaml`: the copies of texts that were read, by the identifier that `seen_in` names."""

    readings: dict[str, Text] = Field(min_length=1)


@dataclass(frozen=True)
class Notices:
    """Everything that a law keeps beside its rules, by `<ID>/<name>`, identifier and reading."""

    reminders: Mapping[str, Reminder]
    identifiers: Mapping[str, Identifier]
    readings: Mapping[str, str]
