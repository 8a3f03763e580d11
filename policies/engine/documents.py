"""The files of a law folder, as closed models: what each may say, before anything is cross-checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, TypeGuard

from pydantic import Field, model_validator

from policies.files import Closed

FactType = Literal["text", "number", "boolean", "day", "period", "list of text", "list of records"]
Effect = Literal["permit", "forbid", "require", "warn"]
Outcome = Literal["permits", "refuses", "holds", "does_not_apply", "warns", "error"]
Confidence = Literal["read", "known", "interpretation", "doctrine"]


BITES: Mapping[Effect, Outcome] = MappingProxyType(
    {"permit": "permits", "forbid": "refuses", "require": "refuses", "warn": "warns"}
)
"""What a rule of each effect does when it is felt."""


class InForce(Closed):
    """Calendar days, both ends included; no `until` means no known end."""

    from_: date = Field(alias="from")
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> InForce:
        if self.until is not None and self.until < self.from_:
            raise ValueError(f"ends on {self.until}, before it begins on {self.from_}; swap the two days")
        return self

    @property
    def last(self) -> date:
        """The last day, `date.max` when no end is known."""
        return self.until or date.max

    def covers(self, other: InForce) -> bool:
        """Whether each day of the other is one of these."""
        return self.from_ <= other.from_ and other.last <= self.last

    def meets(self, other: InForce) -> bool:
        """Whether at least one day is in both."""
        return self.from_ <= other.last and other.from_ <= self.last


class Citation(Closed):
    """Where something is written: the id of a source, and an article of it."""

    text: str
    article: str


class Confirmation(Closed):
    """Who confirmed what the law says, and when: a function and a reference, never a name."""

    day: date
    by: str = Field(min_length=1)


class Trusted(Closed):
    """What is claimed of a legal text, and how far it can be trusted.

    `read`: found in the readings named in `seen_in`; `known`: not read again; `interpretation`: a
    reading that a lawyer has to confirm; `doctrine`: DINUM's own choice. `confirmed` is written by
    whoever answers for it.
    """

    confidence: Confidence
    seen_in: tuple[str, ...] = ()
    confirmed: Confirmation | None = None

    @model_validator(mode="after")
    def _seen(self) -> Trusted:
        if self.confidence == "read" and not self.seen_in:
            raise ValueError("`read` says where; add `seen_in`, with identifiers of readings.yaml")
        return self


class Named(Closed):
    """What people call a contact or a kind of title, in French."""

    name: str = Field(min_length=1)


class Declaration(Closed):
    """A fact that rules may name, or a field of the records of a list.

    `missing` is a noun phrase said when a condition on the fact fails; `flaw`, of a field, is a clause that
    says what the record closest to doing has against it (`{found}` is its value, `{when}` when a period ended
    or begins); `without_route` makes it the values of another list that no access route in force opens, which
    the engine finds by itself.
    """

    type: FactType
    meaning: str = Field(min_length=1)
    missing: str | None = None
    flaw: str | None = None
    unit: str | None = None
    words: str | None = None
    optional: bool = False
    origin: Literal["register", "directory", "sign-in", "computed", "law"] | None = None
    without_route: str | None = None
    fields: dict[str, Declaration] = Field(default_factory=dict)


class Action(Closed):
    """Something that the law permits or not, and the facts (names or prefixes) that its rules may name."""

    meaning: str = Field(min_length=1)
    facts: tuple[str, ...] = Field(min_length=1)


class FactsFile(Closed):
    """`facts.yaml`: every word that rules may use."""

    default_contact: str
    contacts: dict[str, Named]
    title_kinds: dict[str, Named] = Field(default_factory=dict)
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    actions: dict[str, Action]
    facts: dict[str, Declaration]


class Source(Closed):
    """`sources/<id>.yaml`: a legal text, or a doctrine of DINUM's own, with the days it is in force.

    A text whose address is not known for sure has a `note` instead of a link, which says where to look.
    """

    title: str
    link: str | None = None
    kind: Literal["text", "doctrine"] = "text"
    in_force: InForce
    checked_on: date | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _linked(self) -> Source:
        if self.kind == "text" and not self.link and not self.note:
            raise ValueError("a legal text has a link; add `link`, or write `kind: doctrine`")
        return self


class DatedValue(Trusted):
    """A parameter's value from a day on; `null` ends it. `min` and `max` are what the source leaves to choose."""

    value: bool | int | float | str | tuple[str, ...] | tuple[int | float, ...] | None
    source: Citation
    min: int | float | None = None
    max: int | float | None = None

    @model_validator(mode="after")
    def _within(self) -> DatedValue:
        if self.min is None and self.max is None:
            return self
        value = self.value
        if not _is_number(value):
            raise ValueError("`min` and `max` go with a number; take them out")
        if (self.min is not None and value < self.min) or (self.max is not None and value > self.max):
            raise ValueError(f"{value} is not what the source allows ({_bounds(self.min, self.max)}); choose within")
        return self


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _bounds(least: float | None, most: float | None) -> str:
    words = [f"{least} at least" if least is not None else "", f"{most} at most" if most is not None else ""]
    return ", ".join(filter(None, words))


class ParameterFile(Closed):
    """`parameters/<folder>/<name>.yaml`: a value that law changes at known days."""

    description: str
    unit: str | None = None
    words: str | None = None
    type: Literal["day"] | None = None
    checked_on: date | None = None
    values: dict[date, DatedValue] = Field(min_length=1)


class Regime(Trusted):
    """`regimes/<id>.yaml`: a secret that data are under, and what it protects.

    `output` names the parameters that bound what may be published from data under it.
    """

    name: str
    protects: str
    source: Citation
    inherited: bool = True
    output: tuple[str, ...] = ()


class RuleFile(Trusted):
    """`rule.yaml`: conditions stay plain values here; `conditions` reads them."""

    effect: Effect
    source: Citation
    in_force: InForce
    checked_on: date | None = None
    route: str | None = None
    where: dict[str, Any] | None = None
    requires: dict[str, Any] | None = None
    obligations: tuple[str, ...] = ()
    reason: str | None = None
    message: str = Field(min_length=1)
    ask: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> RuleFile:
        if self.effect == "require" and not self.requires:
            raise ValueError("a rule that requires needs `requires`; add it")
        if self.effect != "require" and not self.where:
            raise ValueError(f"a rule of effect {self.effect} needs `where`; add it")
        if self.effect != "require" and (self.requires is not None or self.route):
            raise ValueError("`requires` and `route` stand in rules of effect require only; take them out")
        if self.effect != "warn" and self.ask is None:
            raise ValueError("nobody can be asked; add `ask`")
        if self.effect in ("forbid", "warn") and self.obligations:
            raise ValueError("obligations come with permit and require only; take them out")
        return self


class CaseFile(Closed):
    """One case of `cases.yaml`: a sentence, a day, facts over the bases, what is expected.

    `titles` replaces the titles of the bases; `title_changes` says what changes in those of a kind,
    `null` that there is none.
    """

    name: str = Field(min_length=1)
    day: date
    facts: dict[str, Any] = Field(default_factory=dict)
    titles: list[Any] | None = None
    title_changes: dict[str, dict[str, Any] | None] = Field(default_factory=dict)
    without: tuple[str, ...] = ()
    expect: Outcome
    missing: tuple[str, ...] | None = None


class BaseFile(Closed):
    """`base.yaml`: facts that the cases of one action share; beside a rule: what its own add to these."""

    facts: dict[str, Any] = Field(default_factory=dict)
    titles: list[Any] | None = None
