"""A rule's cases start from the action's base, then from its own; titles change kind by kind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.policies.engine.written import case, law_in_memory, problems_of, small_law

PERIOD = {"from": "2020-01-01", "until": "2020-12-31"}
AVIS = {"kind": "avis", "number": "A-1", "period": PERIOD, "people": ["ana001"], "counts": True}
SIGNED = {"kind": "engagement", "number": "E-1", "period": PERIOD, "counts": True}
CASES, ACTION_BASE = "rules/read/EX-01/cases.yaml", "rules/read/base.yaml"
RULE_BASE = "rules/read/EX-01/base.yaml"


def written(*extra: dict[str, Any], **files: Any) -> dict[str, Any]:
    cases = [case("permits"), case("does_not_apply", facts={"person.suspended": True}), *extra]
    bases = {
        ACTION_BASE: {"facts": {"person": {"id": "ana001", "suspended": True}}, "titles": [SIGNED]},
        RULE_BASE: {"facts": {"person.suspended": False}, "titles": [AVIS, SIGNED]},
    }
    return small_law() | bases | {CASES: cases} | files


def facts_of(*extra: dict[str, Any]) -> Any:
    return law_in_memory(written(*extra)).cases[-1].facts


def test_a_rules_own_base_stands_over_that_of_its_action() -> None:
    facts = law_in_memory(written()).cases[0].facts
    assert facts["person"] == {"id": "ana001", "suspended": False}
    assert [title["kind"] for title in facts["titles"]] == ["avis", "engagement"]


def test_titles_change_in_the_fields_that_a_case_names_and_go_where_it_says_null() -> None:
    changes = {"avis": {"people": ["bob002"], "period": {"from": "2020-02-01"}}, "engagement": None}
    facts = facts_of(case("error", title_changes=changes))
    assert facts["titles"] == [
        AVIS | {"people": ["bob002"], "period": {"from": date(2020, 2, 1)}},
    ]


def test_the_base_is_as_before_for_the_next_case() -> None:
    changed = case("error", title_changes={"avis": None})
    facts = facts_of(changed, case("permits", name="again"))
    assert [title["number"] for title in facts["titles"]] == ["A-1", "E-1"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"avi": None}, "[2].title_changes.avi: no title of this kind in the bases; did you mean avis?"),
        ({"avis": {"peple": []}}, "[2].title_changes.avis.facts.titles[0].peple: not a declared field"),
        ({"avis": {"counts": "oui"}}, "[2].title_changes.avis.facts.titles[0].counts: 'oui' is not a boolean"),
    ],
)
def test_a_change_of_what_is_not_there_is_told(changes: dict[str, Any], said: str) -> None:
    (problem,) = problems_of(written(case("error", title_changes=changes)))
    assert problem.startswith(f"{CASES}: {said}")


def test_a_base_without_rule_is_told() -> None:
    files = small_law() | {"rules/read/EX-09/base.yaml": {}}
    assert problems_of(files) == ["rules/read/EX-09/base.yaml: base without rule; write rule.yaml beside it"]


def test_what_is_wrong_in_a_base_is_told_where_it_stands() -> None:
    files = written(**{RULE_BASE: {"facts": {"person.idd": "a"}, "titles": []}})
    assert problems_of(files)[0].startswith(f"{RULE_BASE}: facts.person.idd: not a fact that this action has")
