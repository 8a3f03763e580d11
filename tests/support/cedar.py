"""The rules of the law on one day as policies of Cedar, and facts as its context, where Cedar can say them.

Cedar has neither lists of records nor a third truth value: whether somebody holds a title, or is in
a record, is judged before (`held`), and a fact that is absent is an error that skips the policy.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import cedarpy

from policies.engine.conditions import AllOf, Leaf, Node, Not, OneOf, Some, TitleOf, Ways, When
from policies.engine.model import Law, Rule
from policies.engine.operators import FactRef, ParameterRef, Today

Values = dict[str, Any]
REQUEST = {"principal": 'P::"person"', "action": 'A::"act"', "resource": 'R::"thing"'}
ANYTHING = "permit(principal, action, resource);"
SIGNS = {"is": "==", "at_least": ">=", "at_most": "<=", "more_than": ">", "less_than": "<"}


class InCedar:
    """Rules on one day as policies; `held` gathers what is judged before, by the name it has in the context."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.held: dict[str, Node] = {}

    def policies(self, rules: Iterable[Rule]) -> str:
        """A policy for each rule that can let in or keep out."""
        return "\n".join(self._policy(rule) for rule in rules if rule.effect != "warn")

    def _policy(self, rule: Rule) -> str:
        effect = "permit" if rule.effect == "permit" else "forbid"
        where = self._said(rule.where) if rule.where else "true"
        unmet = f" && !{self._said(rule.requires)}" if rule.requires else ""
        return f'@id("{rule.key}")\n{effect}(principal, action, resource) when {{ {where}{unmet} }};'

    def _said(self, node: Node) -> str:
        if isinstance(node, AllOf):
            return f"({' && '.join(map(self._said, node.inner))})"
        if isinstance(node, OneOf):
            return f"({' || '.join(map(self._said, node.inner))})"
        if isinstance(node, Ways):
            return f"({' || '.join(f'({self._said(way.admits)} && {self._said(way.needs)})' for way in node.inner)})"
        if isinstance(node, When):
            return f"(!{self._said(node.condition)} || {self._said(node.then)})"
        if isinstance(node, Not):
            return f"!{self._said(node.inner)}"
        if isinstance(node, Some | TitleOf):
            name = f"h{len(self.held)}"
            self.held[name] = node
            return f"context.held.{name}"
        return self._compared(node)

    def _compared(self, leaf: Leaf) -> str:
        fact, wanted = f"context.{leaf.name}", self._operand(leaf)
        if leaf.operator == "present":
            return f"({'' if wanted == 'true' else '!'}(context has {leaf.name}))"
        if leaf.operator == "in":
            return f"{wanted}.contains({fact})"
        if leaf.operator == "has":
            return f"{fact}.contains({wanted})"
        if leaf.operator == "only":
            return f"{wanted}.containsAll({fact})"
        if leaf.operator == "contains":
            return f"({fact}.from <= {wanted} && {wanted} <= {fact}.until)"
        return f"({fact} {SIGNS[leaf.operator]} {wanted})"

    def _operand(self, leaf: Leaf) -> str:
        operand = leaf.operand
        if isinstance(operand, FactRef):
            return f"context.{operand.name}"
        if isinstance(operand, Today):
            return str(self.day.toordinal())
        value = operand.dated.at(self.day)[0] if isinstance(operand, ParameterRef) else operand.value
        return json.dumps(said(list(value) if isinstance(value, tuple) else value), ensure_ascii=False)

    def context(self, law: Law, facts: Values) -> Values:
        """The facts, without those that are absent, with what is judged before."""
        found = said(facts)
        routes = law.routes.at(self.day)[0] or frozenset()
        for name, declared in law.facts.items():
            if declared.without_route:
                self._set(
                    found, name, [each for each in self._get(facts, declared.without_route) or () if each not in routes]
                )
        return {
            **found,
            "held": {name: node.judge(facts, facts, self.day)[0] is True for name, node in self.held.items()},
        }

    def _get(self, facts: Values, name: str) -> Any:
        root, _, field = name.partition(".")
        return (facts.get(root) or {}).get(field)

    def _set(self, facts: Values, name: str, value: Any) -> None:
        root, _, field = name.partition(".")
        facts.setdefault(root, {})[field] = value


def said(value: Any) -> Any:
    """A value as Cedar reads it: days and fractions are whole numbers, a period without end ends on the last day.

    What is absent and records in lists are left out.
    """
    if isinstance(value, float | int) and not isinstance(value, bool):
        return round(value * 10_000)
    if isinstance(value, date):
        return value.toordinal()
    if isinstance(value, dict) and set(value) == {"from", "until"}:
        return {"from": said(value["from"]), "until": said(value["until"] or date.max)}
    if isinstance(value, dict):
        return {key: said(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [each for each in value if not isinstance(each, dict)]
    return value


def allows(policies: str | cedarpy.PolicySet, context: Values) -> bool | None:
    """What Cedar answers, `None` when it skipped a policy that erred."""
    answer = cedarpy.is_authorized(REQUEST | {"context": context}, policies, [])
    return None if answer.diagnostics.errors else answer.decision == cedarpy.Decision.Allow
