"""The law tried on its own cases: one French sentence for each rule whose cases do not all come out as expected."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from types import MappingProxyType

from policies.engine.documents import Outcome
from policies.engine.evaluate import outcome_of
from policies.engine.missing import Asked, explain_failure
from policies.engine.model import Case, Law
from policies.engine.wording import join
from policies.errors import Problem
from policies.wording import say_day

OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        "permits": "permis", "holds": "permis", "refuses": "refusé", "warns": "averti", "does_not_apply": "sans objet",
        "error": "indécidable",
    }
)  # fmt: skip
CORRECT = "corrigez la règle, ou le cas s'il se trompe (cases.yaml, dans le même dossier)"


def check_law(law: Law) -> list[Problem]:
    """The rules of the law that fail their cases, sorted; none when the law does what its cases say."""
    failed = [(case, why) for case in law.cases if (why := _failure(law, case)) is not None]
    by_rule = groupby(sorted(failed, key=lambda each: each[0].rule), key=lambda each: each[0].rule)
    return sorted(_problem(law, rule, list(cases)) for rule, cases in by_rule)


def _problem(law: Law, rule: str, failed: list[tuple[Case, str]]) -> Problem:
    """The first case that fails, with why, and the names of the others."""
    (case, why), *others = failed
    named = [f"« {other.name} »" for other, _ in others]
    also = f" ; de même pour {join(named, 'et')}" if named else ""
    text = f"La règle {law.rules[rule].id} ne passe plus son cas « {case.name} » au {say_day(case.day)} : {why}"
    return Problem(case.file.replace("cases.yaml", "rule.yaml"), "", f"{text}{also} ; {CORRECT}.")


def _failure(law: Law, case: Case) -> str | None:
    """What was expected of a case, and what came out; None when they are the same."""
    rule = law.rules[case.rule]
    outcome = outcome_of(rule, case.facts, case.day)
    if outcome != case.expect:
        return f"attendu {OUTCOMES[case.expect]}, obtenu {OUTCOMES[outcome]}"
    failed = rule.where if rule.effect == "permit" else rule.requires
    if case.missing is None or failed is None:
        return None
    missing = explain_failure(failed, Asked(law.vocabulary, case.facts, case.day))
    return None if missing == case.missing else f"attendu {_missing(case.missing)}, obtenu {_missing(missing)}"


def _missing(phrases: tuple[str, ...]) -> str:
    return f"« il manque : {join(phrases, 'et') or 'rien'} »"
