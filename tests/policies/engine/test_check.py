"""The cases of a law are run: each that does not come out is one sentence with the rule and the case."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest

from policies.engine.check import OUTCOMES, check_law
from policies.engine.documents import Outcome
from tests.policies.engine.written import case, law_in_memory, rule, small_law

FOLDER = "rules/read/EX-02"
CORRECT = " ; corrigez la règle, ou le cas s'il se trompe (cases.yaml, dans le même dossier)."
TITLE = {"title": {"kind": "avis", "covers": ["person"]}}
REQUIRE = rule("require", where={"use.level": {"at_least": 3}}, requires=TITLE)
AVIS = {"kind": "avis", "number": "1", "period": {"from": "2020-01-01", "until": "2020-06-30"}, "counts": True}
BASE = {"facts": {"use": {"level": 4}, "person.id": "ana001"}, "titles": [AVIS]}


def failed(*cases: dict[str, Any], file: dict[str, Any] = REQUIRE, base: dict[str, Any] | None = None) -> list[str]:
    sure = [
        case("refuses", name="sure to be refused", facts={"use.level": 4, "person.id": "a"}, titles=[]),
        case("does_not_apply", name="sure not to apply", facts={"use.level": 1}),
    ]
    files = small_law() | {f"{FOLDER}/rule.yaml": file, f"{FOLDER}/cases.yaml": [*sure, *cases]}
    if base is not None:
        files["rules/read/base.yaml"] = base
    return [str(problem) for problem in check_law(law_in_memory(files))]


def test_a_law_that_does_what_its_cases_say_has_no_problem() -> None:
    assert failed() == []


def test_a_case_that_comes_out_otherwise_is_one_sentence() -> None:
    wrong = case("holds", name="a signed opinion is enough", facts={"use.level": 4, "person.id": "a"}, titles=[])
    assert failed(wrong) == [
        f"{FOLDER}/rule.yaml: La règle EX-02 ne passe plus son cas « a signed opinion is enough » au 15/06/2020 : "
        f"attendu permis, obtenu refusé{CORRECT}"
    ]


def test_the_other_cases_of_the_rule_are_named_in_the_same_sentence() -> None:
    lines = failed(*(case("holds", name=f"wrong {each}", day="2020-07-01") for each in "abc"), base=BASE)
    assert lines == [
        f"{FOLDER}/rule.yaml: La règle EX-02 ne passe plus son cas « wrong a » au 01/07/2020 : "
        f"attendu permis, obtenu refusé ; de même pour « wrong b » et « wrong c »{CORRECT}"
    ]


def test_every_outcome_has_its_french_word() -> None:
    assert OUTCOMES.keys() == set(get_args(Outcome))


@pytest.mark.parametrize(
    ("more", "expect"),
    [
        ({}, "holds"),
        ({"titles": []}, "refuses"),
        ({"facts": {"use.level": 2}}, "does_not_apply"),
        ({"facts": {"use": {"level": 2}}}, "does_not_apply"),
        ({"without": ["use.level"]}, "error"),
        ({"without": ["use"]}, "error"),
        ({"without": ["titles"]}, "error"),
        ({"facts": {"titles": []}}, "refuses"),
        ({"day": "2020-06-30"}, "holds"),
        ({"day": "2020-07-01"}, "refuses"),
        ({"day": "2000-12-31"}, "does_not_apply"),
    ],
    ids=str,
)
def test_a_case_changes_what_it_names_in_the_base_of_its_action(more: dict[str, Any], expect: str) -> None:
    assert failed(case(expect, **more), base=BASE) == []


@pytest.mark.parametrize(
    ("effect", "level", "expect"),
    [
        ("permit", 4, "permits"),
        ("permit", 1, "does_not_apply"),
        ("permit", None, "error"),
        ("forbid", 4, "refuses"),
        ("forbid", 1, "does_not_apply"),
        ("forbid", None, "error"),
        ("warn", 4, "warns"),
        ("warn", 1, "does_not_apply"),
        ("warn", None, "error"),
    ],
)
def test_each_effect_has_its_outcomes(effect: str, level: int | None, expect: str) -> None:
    folder = "rules/open/EX-03"
    bites = {"permit": "permits", "warn": "warns"}.get(effect, "refuses")
    cases = [
        case(bites, name="bites", facts={"use.level": 4}),
        case("does_not_apply", name="spares", facts={"use.level": 1}),
        case(expect, facts={"use.level": level}),
    ]
    file = rule(effect, where={"use.level": {"at_least": 3}})
    law = law_in_memory(small_law() | {f"{folder}/rule.yaml": file, f"{folder}/cases.yaml": cases})
    assert check_law(law) == []


def test_a_case_may_say_exactly_what_is_missing() -> None:
    phrase = "un avis favorable du comité (dernier jour : 30/06/2020)"
    right = case("refuses", name="right", day="2020-07-01", missing=[phrase])
    wrong = case("refuses", name="wrong", day="2020-07-01", missing=["un avis"])
    assert failed(right, wrong, base=BASE) == [
        f"{FOLDER}/rule.yaml: La règle EX-02 ne passe plus son cas « wrong » au 01/07/2020 : "
        f"attendu « il manque : un avis », obtenu « il manque : {phrase} »{CORRECT}"
    ]


def test_days_of_a_case_are_days_and_no_longer_text() -> None:
    files = small_law() | {f"{FOLDER}/rule.yaml": REQUIRE, "rules/read/base.yaml": BASE}
    records = [{"person": "ana001", "period": {"from": "2020-01-01"}, "letter": {"signed": True}}]
    files[f"{FOLDER}/cases.yaml"] = [
        case("holds", facts={"use.signed_on": "2020-06-01", "use.missions": records}),
        case("refuses", titles=[]),
    ]
    found = law_in_memory(files).cases[2].facts
    period = {"from": date(2020, 1, 1), "until": date(2020, 6, 30)}
    mission = {"person": "ana001", "period": {"from": date(2020, 1, 1)}, "letter": {"signed": True}}
    assert found == {
        "use": {"level": 4, "signed_on": date(2020, 6, 1), "missions": [mission]},
        "person": {"id": "ana001"},
        "titles": [AVIS | {"period": period}],
    }
