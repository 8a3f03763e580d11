"""Each operator answers true, false or unknown, and says until which day that surely stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from policies.engine.commonest import judge_commonest
from policies.engine.logic import read_name
from policies.engine.operators import SUITS, TESTS, Literally, judge_operator
from policies.engine.vocabulary import IS
from tests.policies.engine.written import judged

END = date.max
DAY = date(2020, 6, 12)


def june(day: int) -> date:
    return date(2020, 6, day)


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        ({"use.purpose": {"is": "recherche"}}, {"use": {"purpose": "recherche"}}, "true"),
        ({"use.purpose": {"is": "recherche"}}, {"use": {"purpose": "ciblage"}}, "false"),
        ({"use.level": {"is": 3}}, {"use": {"level": 3.0}}, "true"),
        ({"person.suspended": {"is": True}}, {"person": {"suspended": False}}, "false"),
        ({"use.signed_on": {"is": "2020-06-01"}}, {"use": {"signed_on": june(1)}}, "true"),
        ({"use.purpose": {"in": ["recherche", "ciblage"]}}, {"use": {"purpose": "ciblage"}}, "true"),
        ({"use.purpose": {"in": ["recherche", "ciblage"]}}, {"use": {"purpose": "statistique"}}, "false"),
        ({"use.level": {"in": [1, 2.5]}}, {"use": {"level": 2.5}}, "true"),
        ({"part.regimes": {"has": "secret"}}, {"part": {"regimes": ["secret"]}}, "true"),
        ({"part.regimes": {"has": "secret"}}, {"part": {"regimes": ()}}, "false"),
        ({"person.roles": {"only": ["dpo", "dinum"]}}, {"person": {"roles": ["dpo"]}}, "true"),
        ({"person.roles": {"only": ["dpo", "dinum"]}}, {"person": {"roles": ["dpo", "producer"]}}, "false"),
        ({"person.roles": {"only": []}}, {"person": {"roles": []}}, "true"),
        ({"use.level": {"at_least": 3}}, {"use": {"level": 3}}, "true"),
        ({"use.level": {"more_than": 3}}, {"use": {"level": 3}}, "false"),
        ({"use.level": {"at_most": 3}}, {"use": {"level": 3}}, "true"),
        ({"use.level": {"less_than": 3}}, {"use": {"level": 3}}, "false"),
        ({"use.level": {"at_least": 2, "less_than": 3}}, {"use": {"level": 3}}, "false"),
        ({"use.period": {"contains": "2020-06-01"}}, {"use": {"period": {"from": june(1), "until": june(1)}}}, "true"),
        ({"use.period": {"contains": "2020-06-01"}}, {"use": {"period": {"from": june(2)}}}, "false"),
        ({"use.sheet": {"present": True}}, {"use": {"sheet": "F-1"}}, "true"),
        ({"use.sheet": {"present": True}}, {"use": {"sheet": None}}, "false"),
        ({"use.sheet": {"present": False}}, {}, "true"),
        ({"person.id": {"is": {"fact": "part.id"}}}, {"person": {"id": "a"}, "part": {"id": "a"}}, "true"),
        ({"person.id": {"in": {"fact": "person.roles"}}}, {"person": {"id": "a", "roles": ["b"]}}, "false"),
    ],
    ids=str,
)
def test_an_operator_compares_a_fact_with_its_operand_for_good(
    condition: dict[str, Any], facts: dict[str, Any], expected: str
) -> None:
    assert judged(condition, facts, DAY) == (expected, END)


@pytest.mark.parametrize(
    ("condition", "facts"),
    [
        ({"use.purpose": {"is": "recherche"}}, {}),
        ({"use.purpose": {"is": "recherche"}}, {"use": None}),
        ({"use.purpose": {"is": "recherche"}}, {"use": "recherche"}),
        ({"use.purpose": {"is": "recherche"}}, {"use": {"purpose": None}}),
        ({"use.purpose": {"is": "recherche"}}, {"use": {"purpose": ["recherche"]}}),
        ({"person.suspended": {"is": False}}, {"person": {"suspended": 0}}),
        ({"person.suspended": {"is": False}}, {"person": {"suspended": "non"}}),
        ({"use.level": {"at_least": 1}}, {"use": {"level": True}}),
        ({"use.level": {"at_least": 1}}, {"use": {"level": "2"}}),
        ({"use.level": {"at_least": 1}}, {"use": {"level": float("nan")}}),
        ({"use.level": {"at_least": 1}}, {"use": {"level": float("inf")}}),
        ({"use.level": {"in": [1]}}, {"use": {"level": "1"}}),
        ({"part.regimes": {"has": "secret"}}, {"part": {"regimes": "secret"}}),
        ({"part.regimes": {"has": "secret"}}, {"part": {"regimes": ["secret", 1]}}),
        ({"person.roles": {"only": []}}, {"person": {"roles": {}}}),
        ({"use.signed_on": {"at_most": "2020-06-01"}}, {"use": {"signed_on": "2020-06-01"}}),
        ({"use.period": {"contains": "day"}}, {"use": {"period": {"until": june(30)}}}),
        ({"use.period": {"contains": "day"}}, {"use": {"period": {"from": june(30), "until": june(1)}}}),
        ({"use.period": {"contains": "day"}}, {"use": {"period": {"from": "2020-06-01"}}}),
        ({"person.id": {"is": {"fact": "part.id"}}}, {"person": {"id": "a"}}),
        ({"person.id": {"in": {"fact": "person.roles"}}}, {"person": {"id": "a"}}),
    ],
    ids=str,
)
def test_an_absent_or_unreadable_fact_is_unknown_and_never_false(
    condition: dict[str, Any], facts: dict[str, Any]
) -> None:
    assert judged(condition, facts, DAY) == ("unknown", END)


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        ({"use.period": {"contains": "day"}}, {"use": {"period": {"from": june(12), "until": june(14)}}}, ("true", 14)),
        ({"use.period": {"contains": "day"}}, {"use": {"period": {"from": june(12)}}}, ("true", END)),
        ({"use.period": {"contains": "day"}}, {"use": {"period": {"from": june(13)}}}, ("false", 12)),
        (
            {"use.period": {"contains": "day"}},
            {"use": {"period": {"from": june(1), "until": june(11)}}},
            ("false", END),
        ),
        ({"use.signed_on": {"at_most": "day"}}, {"use": {"signed_on": june(12)}}, ("true", 12)),
        ({"use.signed_on": {"at_most": "day"}}, {"use": {"signed_on": june(11)}}, ("true", END)),
        ({"use.signed_on": {"at_most": "day"}}, {"use": {"signed_on": june(20)}}, ("false", 19)),
        ({"use.signed_on": {"at_least": "day"}}, {"use": {"signed_on": june(20)}}, ("true", 19)),
        ({"use.signed_on": {"more_than": "day"}}, {"use": {"signed_on": june(12)}}, ("false", 12)),
        ({"use.signed_on": {"less_than": "day"}}, {"use": {"signed_on": june(12)}}, ("false", 12)),
        ({"use.signed_on": {"is": "day"}}, {"use": {"signed_on": june(12)}}, ("true", 12)),
        ({"use.signed_on": {"is": "day"}}, {"use": {"signed_on": june(13)}}, ("false", 12)),
        ({"use.level": {"at_least": {"parameter": "levels.least"}}}, {"use": {"level": 4}}, ("false", 19)),
        ({"use.purpose": {"in": {"parameter": "purposes.admitted"}}}, {"use": {"purpose": "recherche"}}, ("false", 14)),
        ({"use.purpose": {"is": {"parameter": "purposes.main"}}}, {"use": {"purpose": "recherche"}}, ("false", END)),
        ({"use.signed_on": {"at_most": {"parameter": "dates.limit"}}}, {"use": {"signed_on": june(18)}}, ("true", END)),
    ],
    ids=str,
)
def test_an_answer_that_time_changes_says_its_last_day(
    condition: dict[str, Any], facts: dict[str, Any], expected: tuple[str, int | date]
) -> None:
    value, last = expected
    assert judged(condition, facts, DAY) == (value, last if isinstance(last, date) else june(last))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2000, 12, 31), ("unknown", date(2000, 12, 31))),
        (june(9), ("true", june(9))),
        (june(10), ("false", june(19))),
        (june(20), ("unknown", END)),
    ],
)
def test_a_parameter_has_no_value_before_its_first_day_nor_after_its_end(day: date, expected: tuple[str, date]) -> None:
    condition = {"use.level": {"at_least": {"parameter": "levels.least"}}}
    assert judged(condition, {"use": {"level": 4}}, day) == expected


VALUES = ["recherche", "ciblage", "", True, False, 0, 1, 3.5, float("nan"), None, [], ["recherche"], ["a", 1], {}, DAY]


@pytest.mark.parametrize(
    ("operator", "type_", "wanted"),
    [
        ("is", "text", "recherche"),
        ("is", "boolean", True),
        ("is", "boolean", False),
        ("in", "text", ("recherche", "")),
        ("has", "list of text", "recherche"),
        ("at_least", "number", 1),
        ("at_most", "number", 1),
        ("more_than", "number", 1),
        ("less_than", "number", 1),
        ("present", "text", True),
        ("present", "list of text", False),
    ],
)
def test_the_quick_form_of_an_operator_answers_as_the_general_one(operator: str, type_: str, wanted: Any) -> None:
    quick = judge_commonest("a.b", operator, type_, wanted)
    general = judge_operator(operator, type_, read_name("a.b", in_element=False), Literally(wanted))
    assert quick is not None
    asked: list[dict[str, Any]] = [{}, {"a": None}, {"a": 1}, *({"a": {"b": value}} for value in VALUES)]
    assert [quick(facts, facts, DAY) for facts in asked] == [general(facts, facts, DAY) for facts in asked]


def test_every_operator_has_a_test_and_every_type_a_check() -> None:
    used = {type_ for types in SUITS.values() for pair in types.items() for type_ in pair}
    assert (set(SUITS) == set(TESTS), used <= set(IS)) == (True, True)
