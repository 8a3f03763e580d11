"""A rule's file made into a rule that judges: everything that it refers to must exist and suit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.calendar import ONE_DAY
from policies.engine.conditions import Node, parse_condition
from policies.engine.dated import Dated
from policies.engine.documents import BITES, Citation, InForce, Regime, RuleFile, Source
from policies.engine.known import Known, Parameter, Tell
from policies.engine.logic import always
from policies.engine.messages import Template, parse_template
from policies.engine.model import Era, Eras, Obligation, Reason, Rule
from policies.engine.vocabulary import Scope, Vocabulary
from policies.files import nearest


@dataclass(frozen=True)
class Parts:
    """What is already read and checked when rules are compiled."""

    vocabulary: Vocabulary
    sources: Mapping[str, Source]
    regimes: Mapping[str, Regime]
    parameters: Mapping[str, Parameter]
    routes: Dated


def compile_rule(action: str, id_: str, file: RuleFile, parts: Parts, tell: Tell) -> Rule | None:
    """The rule that a file describes; `None` after problems were told."""
    told: list[str] = []

    def note(key: str, text: str) -> None:
        told.append(key)
        tell(key, text)

    known = Known(parts.vocabulary, Scope(parts.vocabulary.named_by(action)), parts.parameters, parts.routes)
    _check_references(action, file, parts, note)
    where = _condition(file.where, "where", known, note)
    requires = _condition(file.requires, "requires", known, note)
    with_missing = file.effect in ("permit", "require")
    message = parse_template(file.message, known, with_missing, lambda text: note("message", text))
    reason = parse_template(file.reason or "", known, False, lambda text: note("reason", text))
    return None if told else _assemble(action, id_, file, parts, where, requires, message, reason)


def _condition(raw: Mapping[str, Any] | None, key: str, known: Known, tell: Tell) -> Node | None:
    return None if raw is None else parse_condition(raw, key, known, tell)


def _check_references(action: str, file: RuleFile, parts: Parts, tell: Tell) -> None:
    if action not in parts.vocabulary.actions:
        tell("", f"{action} is not an action of facts.yaml{nearest(action, parts.vocabulary.actions)}")
    check_source(file.source, file.in_force, parts.sources, lambda text: tell("source.text", text))
    if file.ask is not None and file.ask not in parts.vocabulary.words["contacts"]:
        tell("ask", f"unknown contact {file.ask}{nearest(file.ask, parts.vocabulary.words['contacts'])}")
    if file.route is not None and file.route not in parts.regimes:
        tell("route", f"unknown regime {file.route}{nearest(file.route, parts.regimes)}")


def check_source(citation: Citation, days: InForce, sources: Mapping[str, Source], say: Callable[[str], None]) -> None:
    """A source exists, and is in force on each of the days."""
    source = sources.get(citation.text)
    if source is None:
        say(f"unknown source {citation.text}{nearest(citation.text, sources)}")
    elif not source.in_force.covers(days):
        say(
            f"{citation.text} is in force from {source.in_force.from_} to {source.in_force.until or 'no known end'}, "
            f"not on each day from {days.from_} to {days.until or 'no known end'}; change in_force"
        )


def _assemble(
    action: str,
    id_: str,
    file: RuleFile,
    parts: Parts,
    where: Node | None,
    requires: Node | None,
    message: Template,
    reason: Template,
) -> Rule:
    source = parts.sources[file.source.text]
    text = file.reason or f"{source.title}, {file.source.article}"
    named = all(isinstance(part, str) for part in reason.parts)
    fixed = "".join(map(str, reason.parts)) or text
    cited = Reason(rule=id_, source=file.source.text, article=file.source.article, link=source.link, text=fixed)
    return Rule(
        key=f"{action}/{id_}",
        id=id_,
        action=action,
        effect=file.effect,
        source=file.source.text,
        article=file.source.article,
        link=source.link,
        confidence=file.confidence,
        in_force=file.in_force,
        route=file.route,
        where=where,
        requires=requires,
        message=message,
        reason=reason,
        ask=file.ask or parts.vocabulary.default_contact,
        obligations=tuple(Obligation(rule=id_, text=item) for item in file.obligations),
        fixed_reason=cited if named else None,
        matched=BITES[file.effect],
        file=file,
        applies=where.judge if where else always,
        holds=requires.judge if requires else None,
    )


def routes_of(rules: Sequence[RuleFile]) -> Dated:
    """The regimes that at least one access route opens, by the day from which that is so."""
    routes = [rule for rule in rules if rule.route is not None]
    return Dated(
        {
            day: frozenset(rule.route for rule in routes if rule.in_force.from_ <= day <= rule.in_force.last)
            for day in _turns(rule.in_force for rule in routes)
        },
        "list of text",
    )


def eras_of(rules: Sequence[Rule]) -> Eras:
    """The eras of an action's rules, from the first day of the calendar to the last."""
    starts = sorted({date.min, *_turns(rule.in_force for rule in rules)})
    lasts = [start - ONE_DAY for start in starts[1:]] + [date.max]
    return Eras(
        tuple(starts),
        tuple(
            Era(last, tuple(rule for rule in rules if rule.in_force.from_ <= start <= rule.in_force.last))
            for start, last in zip(starts, lasts, strict=True)
        ),
    )


def _turns(spans: Any) -> list[date]:
    """The days on which something comes into force or has just ceased to be."""
    found: set[date] = set()
    for span in spans:
        found.add(span.from_)
        if span.last < date.max:
            found.add(span.last + ONE_DAY)
    return sorted(found)
