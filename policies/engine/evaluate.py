"""One rule judged on its own: does it apply, hold, refuse, permit, warn, or can it not be judged?"""

from __future__ import annotations

from datetime import date

from policies.engine.conditions import Node
from policies.engine.documents import Effect, Outcome
from policies.engine.logic import Judge
from policies.engine.model import Rule, RuleJudge
from policies.engine.vocabulary import Facts

MATCHED: dict[Effect, Outcome] = {"permit": "permits", "forbid": "refuses", "warn": "warns"}


def judge_rule(effect: Effect, where: Node | None, requires: Node | None) -> RuleJudge:
    """The outcome of a rule in force, and the last day on which it stays; computed once per load."""
    if requires is not None:
        return _judge_require(where.judge if where else None, requires.judge)
    if where is None:
        raise ValueError("a rule without condition cannot be judged")
    return _judge_match(where.judge, MATCHED[effect])


def _judge_match(where: Judge, matched: Outcome) -> RuleJudge:
    def judge(facts: Facts, day: date) -> tuple[Outcome, date]:
        value, until = where(facts, facts, day)
        if value:
            return matched, until
        return ("error" if value is None else "does_not_apply"), until

    return judge


def _judge_require(where: Judge | None, requires: Judge) -> RuleJudge:
    def judge_always(facts: Facts, day: date) -> tuple[Outcome, date]:
        value, until = requires(facts, facts, day)
        return ("holds" if value else "error" if value is None else "refuses"), until

    if where is None:
        return judge_always
    applies = where

    def judge(facts: Facts, day: date) -> tuple[Outcome, date]:
        value, last = applies(facts, facts, day)
        if value is False:
            return "does_not_apply", last
        if value is None:
            return "error", last
        outcome, until = judge_always(facts, day)
        return outcome, until if until < last else last

    return judge


def outcome_of(rule: Rule, facts: Facts, day: date) -> Outcome:
    """What a rule says on a day; out of its days in force it does not apply."""
    if not rule.in_force.from_ <= day <= rule.in_force.last:
        return "does_not_apply"
    return rule.judge(facts, day)[0]
