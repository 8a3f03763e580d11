"""The cases of the law notice every change of a rule: negated, removed, widened by one value, moved by one day."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policies.engine.compile import Parts, compile_rule
from policies.engine.documents import RuleFile
from policies.engine.evaluate import outcome_of
from policies.engine.folder import Entry, Problems, read_folder
from policies.engine.missing import Asked, explain_failure
from policies.engine.model import Case, Rule
from policies.errors import InvalidFilesError
from policies.files import parse
from tests.support.judged import LAW_FOLDER, shipped_law
from tests.support.mutants import rule_mutants

Values = dict[str, Any]


@cache
def rule_files() -> dict[str, Entry]:
    """The file of each rule, by its key."""
    files = read_folder(Path(LAW_FOLDER), Problems())
    return {"/".join(entry.names[:2]): entry for entry in files.all("rule")}


def compiled(key: str, values: Values) -> Rule | None:
    """The rule that a file would be, None when the loader refuses it."""
    law = shipped_law()
    parts = Parts(law.vocabulary, law.sources, law.regimes, law.parameters, law.routes)
    action, _, id_ = key.partition("/")
    try:
        file = parse(RuleFile, values, key)
    except InvalidFilesError:
        return None
    return compile_rule(action, id_, file, parts, lambda where, text: None)


def notices(rule: Rule, case: Case) -> bool:
    """Whether a case does not come out as its author expects."""
    if outcome_of(rule, case.facts, case.day) != case.expect:
        return True
    failed = rule.where if rule.effect == "permit" else rule.requires
    if case.missing is None or failed is None:
        return False
    return explain_failure(failed, Asked(shipped_law().vocabulary, case.facts, case.day)) != case.missing


@cache
def cases_of(key: str) -> tuple[Case, ...]:
    return tuple(case for case in shipped_law().cases if case.rule == key)


@pytest.mark.parametrize("key", sorted(rule_files()))
def test_every_mutant_of_a_rule_is_noticed_by_its_cases(key: str) -> None:
    """What survives is a condition that no case needs: write the case, or take the condition away."""
    mutants = {name: compiled(key, values) for name, values in rule_mutants(rule_files()[key].values)}
    survivors = [
        name
        for name, rule in mutants.items()
        if rule is not None and not any(notices(rule, case) for case in cases_of(key))
    ]
    assert survivors == []


@pytest.mark.parametrize("key", sorted(rule_files()))
def test_the_rule_as_it_is_comes_out_as_every_case_expects(key: str) -> None:
    """The negative control: cases that refused everything would notice every mutant too."""
    rule = compiled(key, rule_files()[key].values)
    assert rule is not None
    assert [case.name for case in cases_of(key) if notices(rule, case)] == []


KINDS = ("effect", "day", "negated", "removed", "becomes", "without", "flipped", "does not cover", "may be any")


def test_mutants_that_judge_are_many_and_of_every_kind() -> None:
    """Were they all refused by the loader, the cases would have noticed nothing."""
    kinds: Counter[str] = Counter()
    for key, entry in rule_files().items():
        for name, values in rule_mutants(entry.values):
            if compiled(key, values) is not None:
                kinds |= Counter({kind: kinds[kind] + 1 for kind in KINDS if kind in name})
    assert {kind: kinds[kind] > 0 for kind in KINDS} == dict.fromkeys(KINDS, True)
    assert kinds["negated"] > 400
    assert kinds["removed"] > 200


def test_without_its_case_a_mutant_survives() -> None:
    """The negative control: DL-02 moved by a day is noticed by the case of that day, and by no other."""
    key = "open_workspace/DL-02"
    values = rule_files()[key].values
    (mutant,) = [each for name, each in rule_mutants(values) if name == "in_force.from: +1 day"]
    rule = compiled(key, mutant)
    assert rule is not None
    start = parse(RuleFile, values, key).in_force.from_
    noticing = [case for case in cases_of(key) if notices(rule, case)]
    assert noticing
    assert {case.day for case in noticing} == {start}
    assert not any(notices(rule, case) for case in cases_of(key) if case.day != start)
