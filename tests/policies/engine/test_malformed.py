"""Whatever stands in a file of the law, it is read or told as a problem: nothing else is ever raised."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.engine.check import check_law
from policies.engine.decide import decide
from policies.engine.folder import Problems
from policies.engine.load import build_law
from policies.errors import InvalidFilesError
from tests.policies.engine.written import PARAMETERS, case, files_of, rule, small_law

NAMES = [
    *("all", "any", "not", "some", "such_that", "title", "kind", "covers", "fact", "parameter", "day", "avis"),
    *("is", "in", "has", "only", "at_least", "contains", "present", "from", "until", "secret", "ciblage"),
    *("use.purpose", "use.level", "use.period", "use.missions", "use.sheet", "use.signed_on", "part.regimes"),
    *(
        "part.unrouted",
        "person.id",
        "person.suspended",
        "titles",
        "levels.least",
        "{missing}",
        "{use.level}",
        "2020-06-01",
    ),
]
scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.sampled_from(NAMES) | st.text(max_size=4)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=8,
)
conditions = st.dictionaries(st.sampled_from(NAMES), values, min_size=1, max_size=2)
often = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAY = date(2020, 6, 12)


def read_and_ask(files: dict[str, Any], facts: Any) -> None:
    try:
        law = build_law(files_of(files), Problems())
    except InvalidFilesError:
        return
    check_law(law)
    decide(law, "read", facts, DAY)


@often
@given(conditions, st.sampled_from(["permit", "require", "forbid"]), st.sampled_from(NAMES))
def test_any_condition_is_read_or_told(condition: Any, effect: str, message: str) -> None:
    key = "requires" if effect == "require" else "where"
    files = small_law() | PARAMETERS | {"rules/read/EX-01/rule.yaml": rule(effect, **{key: condition}, message=message)}
    read_and_ask(files, {})


@often
@given(st.sampled_from(sorted(small_law())), values)
def test_any_content_of_any_file_is_read_or_told(path: str, content: Any) -> None:
    read_and_ask(small_law() | {path: content}, {})


@often
@given(st.sampled_from(["facts", "titles", "without", "day", "name", "expect", "missing"]), values)
def test_any_case_is_read_or_told(key: str, content: Any) -> None:
    cases = [case("permits", facts={"person.suspended": False}), case("does_not_apply") | {key: content}]
    read_and_ask(small_law() | {"rules/read/EX-01/cases.yaml": cases}, {})


WIDE: dict[str, Any] = {
    "any": [
        {"use.level": {"at_least": {"parameter": "levels.least"}}, "use.signed_on": {"at_most": "day"}},
        {"title": {"kind": "avis", "covers": ["person", "part"]}, "part.unrouted": {"only": []}},
        {"some": "use.missions", "such_that": {"period": {"contains": "day"}, "person": {"is": {"fact": "person.id"}}}},
        {"person.roles": {"only": ["dpo"]}, "use.period": {"contains": {"fact": "use.signed_on"}}},
    ]
}
things = st.recursive(
    scalars | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
records = st.lists(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("kind", "person", "period", "people", "parts", "counts", "flaw"), things)
    )
    | things,
    max_size=3,
)
odd_facts = st.fixed_dictionaries(
    {},
    optional={
        "person": things | st.fixed_dictionaries({}, optional={"id": things, "roles": things}),
        "use": things
        | st.fixed_dictionaries(
            {}, optional={"level": things, "signed_on": things, "period": things, "missions": records | things}
        ),
        "part": things | st.fixed_dictionaries({}, optional={"id": things, "regimes": things}),
        "titles": records | things,
    },
)


@often
@given(odd_facts)
def test_any_facts_give_a_verdict_and_never_an_exception(facts: dict[str, Any]) -> None:
    message = "{missing} {person.roles} {use.period} {use.level}"
    files = small_law() | PARAMETERS
    files["rules/read/EX-01/rule.yaml"] = rule("permit", where=WIDE, message=message)
    found = decide(build_law(files_of(files), Problems()), "read", facts, DAY)
    assert found.allowed or found.refusals
