"""Three engines, one answer: ours, a naive twin, and Cedar, which others verified, wherever all can say a rule."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from inspect import getsource
from typing import Any

import cedarpy
import pytest
from cedarpy import PolicySet
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from policies.engine.decide import decide
from tests.policies.engine import twin
from tests.policies.engine.written import case, law_in_memory, rule, small_law

Values = dict[str, Any]
DAY = date(2020, 6, 12)
SIGNS = {"at_least": ">=", "at_most": "<=", "more_than": ">", "less_than": "<"}
REQUEST = {"principal": 'P::"ana001"', "action": 'Action::"read"', "resource": 'R::"part"'}

purposes = st.sampled_from(["statistique", "recherche", "ciblage"])
simple = st.one_of(
    st.builds(lambda value: {"use.purpose": {"is": value}}, purposes),
    st.builds(lambda value: {"use.purpose": {"in": value}}, st.lists(purposes, min_size=1, max_size=2)),
    st.builds(lambda sign, value: {"use.level": {sign: value}}, st.sampled_from(sorted(SIGNS)), st.integers(1, 5)),
    st.builds(lambda value: {"person.suspended": {"is": value}}, st.booleans()),
    st.builds(lambda value: {"person.roles": {"has": value}}, st.sampled_from(["dpo", "dinum"])),
    st.just({"person.roles": {"only": ["dpo"]}}),
    st.just({"person.id": {"is": {"fact": "part.id"}}}),
    st.builds(lambda value: {"use.sheet": {"present": value}}, st.booleans()),
)
conditions = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=5,
)
rules = st.one_of(
    st.builds(lambda where: rule("permit", where=where), conditions),
    st.builds(lambda where: rule("permit", where=where), conditions),
    st.builds(lambda where: rule("forbid", where=where), conditions),
    st.builds(lambda requires: rule("require", requires=requires), conditions),
    st.builds(lambda where, requires: rule("require", where=where, requires=requires), conditions, conditions),
)
facts = st.fixed_dictionaries(
    {
        "person": st.fixed_dictionaries(
            {
                "id": st.sampled_from(["a", "b"]),
                "suspended": st.booleans(),
                "roles": st.lists(st.sampled_from(["dpo", "dinum"]), max_size=2),
            }
        ),
        "use": st.fixed_dictionaries(
            {"purpose": purposes, "level": st.integers(1, 5)}, optional={"sheet": st.just("F-1")}
        ),
        "part": st.fixed_dictionaries({"id": st.sampled_from(["a", "b"])}),
    }
)


def in_cedar(condition: dict[str, Any]) -> str:
    return "(" + " && ".join(clause(key, value) for key, value in condition.items()) + ")"


def clause(key: str, value: Any) -> str:
    if key in ("all", "any"):
        return "(" + {"all": " && ", "any": " || "}[key].join(map(in_cedar, value)) + ")"
    if key == "not":
        return f"!{in_cedar(value)}"
    return " && ".join(comparison(key, operator, operand) for operator, operand in value.items())


def comparison(name: str, operator: str, operand: Any) -> str:
    if operator == "present":
        root, field = name.split(".")
        return ("" if operand else "!") + f"(context.{root} has {field})"
    wanted = f"context.{operand['fact']}" if isinstance(operand, dict) else json.dumps(operand)
    if operator == "in":
        return f"{wanted}.contains(context.{name})"
    if operator == "has":
        return f"context.{name}.contains({wanted})"
    if operator == "only":
        return f"{wanted}.containsAll(context.{name})"
    return f"(context.{name} {SIGNS.get(operator, '==')} {wanted})"


def policy(file: dict[str, Any]) -> str:
    where = in_cedar(file["where"]) if "where" in file else "true"
    effect = "permit" if file["effect"] == "permit" else "forbid"
    refused = f" && !{in_cedar(file['requires'])}" if file["effect"] == "require" else ""
    return f"{effect}(principal, action, resource) when {{ {where}{refused} }};"


def law_of(files: list[dict[str, Any]]) -> dict[str, Any]:
    found = {path: values for path, values in small_law().items() if not path.startswith("rules/")}
    apart = {policy(file) + json.dumps(file): file for file in files}
    for number, file in enumerate(apart.values()):
        bites = "permits" if file["effect"] == "permit" else "refuses"
        found[f"rules/read/R-{number}/rule.yaml"] = file
        found[f"rules/read/R-{number}/cases.yaml"] = [case(bites), case("does_not_apply")]
    return found


REQUESTS = 20  # of each law: reading a law takes longer than judging by it


def compare_engines(requests: int, phases: tuple[Phase, ...] = tuple(Phase)) -> Counter[bool]:
    """Random laws, random requests of each; how often the one answer was yes, and no."""
    answers: Counter[bool] = Counter()
    how = settings(
        max_examples=requests // REQUESTS,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )

    @how
    @given(st.lists(rules, max_size=5), st.lists(facts, min_size=REQUESTS, max_size=REQUESTS))
    def compare(files: list[Values], asked: list[Values]) -> None:
        written = law_of(files)
        law, parsed = law_in_memory(written), PolicySet.from_str("\n".join(map(policy, files)))
        ours = [decide(law, "read", each, DAY).allowed for each in asked]
        assert ours == [twin.allowed(written, each, DAY) for each in asked]
        assert ours == [cedar_allows(parsed, each) for each in asked]
        answers.update(ours)

    compare()
    return answers


@pytest.mark.parametrize("requests", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_three_engines_allow_the_same(requests: int) -> None:
    answers = compare_engines(requests)
    assert answers.total() >= requests
    assert min(answers[True], answers[False]) > requests // 20


def cedar_allows(policies: PolicySet, asked: Values) -> bool:
    answer = cedarpy.is_authorized(REQUEST | {"context": asked}, policies, [])
    assert answer.diagnostics.errors == []
    return answer.decision == cedarpy.Decision.Allow


def test_the_twin_is_sixty_lines_at_most_beside_its_imports() -> None:
    lines = [line for line in getsource(twin).splitlines() if line and not line.startswith(("from ", "import "))]
    assert len(lines) <= 60


@pytest.mark.parametrize("broken", ["forbid", "not", "any"])
def test_an_engine_that_forgot_something_is_found_out(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the same comparison, of a twin that reads one word wrongly."""
    if broken == "any":
        monkeypatch.setitem(twin.SUGAR, "any", lambda value, beside: {"all": value})
    elif broken == "not":
        monkeypatch.setattr(twin, "OPPOSITE", {True: True, False: False, None: None})
    else:
        monkeypatch.setattr(twin, "allowed", lambda files, asked, day: bool(asked) and "permit" in str(files))
    with pytest.raises(AssertionError):
        compare_engines(5_000, phases=(Phase.generate,))


@pytest.mark.parametrize("level", [1, 4])
def test_cedar_skips_a_policy_that_errs_and_this_engine_denies(level: int) -> None:
    permit = rule("permit", where={"use.level": {"is": level}})
    forbid = rule("forbid", where={"use.purpose": {"is": "ciblage"}})
    asked = {"use": {"level": level}}
    answer = cedarpy.is_authorized(REQUEST | {"context": asked}, policy(permit) + policy(forbid), [])
    found = decide(law_in_memory(law_of([permit, forbid])), "read", asked, DAY)
    assert (answer.decision, found.allowed) == (cedarpy.Decision.Allow, False)
