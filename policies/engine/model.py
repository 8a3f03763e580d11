"""What the engine judges with (a law) and what it answers (a verdict); it knows nothing of projects."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from policies.engine.conditions import Node
from policies.engine.dated import Dated
from policies.engine.documents import Effect, InForce, Outcome, Regime, RuleFile, Source
from policies.engine.known import Parameter
from policies.engine.logic import Judge
from policies.engine.messages import Template
from policies.engine.notices import Notices
from policies.engine.vocabulary import Facts, Vocabulary
from policies.files import Closed


class Reason(Closed):
    """A rule that let the person in, or that warns, and where it is written."""

    rule: str
    source: str
    article: str
    link: str | None
    text: str


class Refusal(Closed):
    """A rule that keeps the person out: why, what is missing, and the contact who can help.

    `error` marks a rule that could not be judged because a fact is absent or unreadable.
    """

    rule: str
    source: str
    article: str
    link: str | None
    message: str
    missing: tuple[str, ...]
    ask: str
    error: bool = False


class Obligation(Closed):
    """A condition under which the person was let in."""

    rule: str
    text: str


class Verdict(Closed):
    """The answer of the law on one action, one set of facts, one day.

    `until` is the last day on which `allowed` stays what it is, without a gap; `None` when no end is
    known.
    """

    action: str
    day: date
    allowed: bool
    until: date | None
    reasons: tuple[Reason, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule of the law, read and compiled. `key` is `<action>/<ID>`; `file` is what was written.

    `applies` judges `where`, `holds` judges `requires`; `matched` is the outcome of a rule that
    applies and requires nothing.
    """

    key: str
    id: str
    action: str
    effect: Effect
    source: str
    article: str
    link: str | None
    confidence: str
    in_force: InForce
    route: str | None
    where: Node | None
    requires: Node | None
    message: Template
    reason: Template
    ask: str
    obligations: tuple[Obligation, ...]
    fixed_reason: Reason | None
    matched: Outcome
    file: RuleFile = field(compare=False, repr=False)
    applies: Judge = field(compare=False, repr=False)
    holds: Judge | None = field(compare=False, repr=False)

    def cite(self, text: str) -> Reason:
        """A text with where the rule is written."""
        return Reason(rule=self.id, source=self.source, article=self.article, link=self.link, text=text)

    def refuse(self, message: str, missing: tuple[str, ...], error: bool = False) -> Refusal:
        """A refusal by this rule."""
        return Refusal(
            rule=self.id,
            source=self.source,
            article=self.article,
            link=self.link,
            message=message,
            missing=missing,
            ask=self.ask,
            error=error,
        )


@dataclass(frozen=True)
class Case:
    """A sentence about a rule that a run can confirm or deny."""

    rule: str
    file: str
    name: str
    day: date
    facts: Facts
    expect: Outcome
    missing: tuple[str, ...] | None


@dataclass(frozen=True)
class Era:
    """Days between which the same rules of an action are in force; `last` is the last of them."""

    last: date
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Eras:
    """Every era of one action, in order; the first begins with the calendar."""

    starts: tuple[date, ...]
    eras: tuple[Era, ...]

    def at(self, day: date) -> Era:
        """The era of a day."""
        return self.eras[bisect_right(self.starts, day) - 1]


@dataclass(frozen=True)
class Law:
    """Everything that the law folder says, checked and compiled; `digest` names this very content."""

    digest: str
    rules: Mapping[str, Rule]
    parameters: Mapping[str, Parameter]
    sources: Mapping[str, Source]
    regimes: Mapping[str, Regime]
    vocabulary: Vocabulary
    routes: Dated
    eras: Mapping[str, Eras] = field(repr=False)
    cases: tuple[Case, ...] = field(repr=False)
    notices: Notices = field(repr=False)

    @property
    def facts(self) -> Mapping[str, Any]:
        """The declaration of each fact, by dotted name."""
        return self.vocabulary.facts

    @property
    def words(self) -> Mapping[str, Mapping[str, str]]:
        """French labels: group (contacts, title_kinds, regimes, purposes...) -> id -> label."""
        return self.vocabulary.words

    def parameter(self, name: str, day: date) -> Any:
        """The value of a parameter on a day, `None` when it has none then; raises KeyError if unknown."""
        return self.parameters[name].at(day)

    def regime_routes(self, day: date) -> Mapping[str, tuple[str, ...]]:
        """The regimes that an access route opens on a day, with the keys of the rules that are routes."""
        found: dict[str, tuple[str, ...]] = {}
        for key, rule in self.rules.items():
            if rule.route is not None and rule.in_force.from_ <= day <= rule.in_force.last:
                found[rule.route] = (*found.get(rule.route, ()), key)
        return MappingProxyType(found)
