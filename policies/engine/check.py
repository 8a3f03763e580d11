"""The law tried on its own cases: one sentence for each that does not come out as its author expects."""

from __future__ import annotations

from policies.engine.evaluate import outcome_of
from policies.engine.missing import Asked, explain_failure
from policies.engine.model import Case, Law
from policies.errors import Problem


def check_law(law: Law) -> list[Problem]:
    """The cases of the law that fail, sorted; none when the law does what its cases say."""
    return sorted(problem for case in law.cases if (problem := _check_case(law, case)) is not None)


def _check_case(law: Law, case: Case) -> Problem | None:
    rule = law.rules[case.rule]
    outcome = outcome_of(rule, case.facts, case.day)
    if outcome != case.expect:
        text = f"the case expects {case.expect} on {case.day}, the rule {rule.id} answers {outcome}"
        return Problem(case.file, f"« {case.name} »", text + "; change the rule or the case")
    failed = rule.where if rule.effect == "permit" else rule.requires
    if case.missing is None or failed is None:
        return None
    missing = explain_failure(failed, Asked(law.vocabulary, case.facts, case.day))
    if missing == case.missing:
        return None
    text = f"the case expects {list(case.missing)} to be missing, the rule {rule.id} says {list(missing)}"
    return Problem(case.file, f"« {case.name} »", text + "; change the rule or the case")
