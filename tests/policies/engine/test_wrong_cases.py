"""Cases that name what is not declared, or leave a rule untried, are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from policies.engine.load import load_law
from policies.errors import InvalidFilesError
from tests.policies.engine.written import OPEN_CASES, case, problems_of, small_law, write_law

FIRST_CASES = "rules/read/EX-01/cases.yaml"

WRONG_CASES: list[tuple[Any, str]] = [
    ({}, "must be a list of cases"),
    (OPEN_CASES[:1], "no case where the rule does not apply; add one that expects does_not_apply"),
    (OPEN_CASES[1:], "no case where the rule applies; add one that expects permits"),
    ([*OPEN_CASES, OPEN_CASES[0]], "[2].name: stands twice; a case is named by its sentence"),
    (
        [*OPEN_CASES, case("refuses")],
        "[2].expect: a rule of effect permit expects one of: does_not_apply, error, permits",
    ),
    ([*OPEN_CASES, case("error", day="2020-02-30")], "[2].day: 2020-02-30 is not a date; write YYYY-MM-DD"),
    ([*OPEN_CASES, case("error", dya="x")], "[2].dya: unknown key; did you mean day?"),
    (
        [*OPEN_CASES, case("error", facts={"person.idd": "a"})],
        "[2].facts.person.idd: not a fact that this action has; did you mean person.id?",
    ),
    (
        [*OPEN_CASES, case("error", facts={"person": {"idd": "a"}})],
        "[2].facts.person.idd: not a fact that this action has",
    ),
    (
        [*OPEN_CASES, case("error", facts={"person.suspended": "non"})],
        "[2].facts.person.suspended: 'non' is not a boolean",
    ),
    ([*OPEN_CASES, case("error", facts={"use.signed_on": "demain"})], "[2].facts.use.signed_on: demain is not a date"),
    (
        [*OPEN_CASES, case("error", facts={"use.period": {"from": "2020-13-01"}})],
        "[2].facts.use.period: 2020-13-01 is not a date",
    ),
    (
        [*OPEN_CASES, case("error", facts={"use.period": {"to": "2020-12-01"}})],
        "[2].facts.use.period: {'to': '2020-12-01'} is not a period",
    ),
    ([*OPEN_CASES, case("error", facts={"use.missions": ["a"]})], "[2].facts.use.missions[0]: must be a mapping"),
    (
        [*OPEN_CASES, case("error", facts={"use.missions": [{"persn": "a"}]})],
        "[2].facts.use.missions[0].persn: not a declared field; did you mean person?",
    ),
    (
        [*OPEN_CASES, case("error", facts={"part.unrouted": []})],
        "[2].facts.part.unrouted: the engine finds it by itself; take it out",
    ),
    ([*OPEN_CASES, case("error", titles=[{"kind": 1}])], "[2].facts.titles[0].kind: 1 is not a text"),
    ([*OPEN_CASES, case("error", without=["person.id"])], "[2].without: person.id is not among the base's facts"),
]


@pytest.mark.parametrize(("cases", "expected"), WRONG_CASES, ids=[row[1][:60] for row in WRONG_CASES])
def test_wrong_cases_are_told(cases: Any, expected: str) -> None:
    found = problems_of(small_law() | {FIRST_CASES: cases})
    assert found[0].removeprefix(f"{FIRST_CASES}: ").startswith(expected), found


def test_a_rule_without_cases_and_cases_without_rule_are_told() -> None:
    files = small_law()
    files["rules/read/EX-03/cases.yaml"] = files.pop(FIRST_CASES)
    assert problems_of(files) == [
        f"{FIRST_CASES}: missing; a rule without cases is no law",
        "rules/read/EX-03/cases.yaml: cases without rule; write rule.yaml beside them",
    ]


@pytest.mark.parametrize("name", ["rule.yaml", "cases.yaml", "base.yaml"])
def test_a_file_that_cannot_be_read_is_not_said_to_be_missing(tmp_path: Path, name: str) -> None:
    path = "rules/read/base.yaml" if name == "base.yaml" else f"rules/read/EX-01/{name}"
    write_law(tmp_path, small_law() | {path: "a: ["})
    with pytest.raises(InvalidFilesError) as raised:
        load_law(tmp_path)
    assert [problem.file for problem in raised.value.problems] == [path]
