"""all, any, not and some: an unknown never decides alone, and the order of conditions never matters."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from tests.policies.engine.written import judged

DAY = date(2020, 6, 12)
TRUE = {"person.suspended": {"is": False}}
FALSE = {"person.suspended": {"is": True}}
UNKNOWN = {"use.level": {"is": 1}}
FACTS: dict[str, Any] = {"person": {"id": "ana001", "suspended": False}, "use": {}}


@pytest.mark.parametrize(
    ("inner", "all_", "any_"),
    [
        ([TRUE], "true", "true"),
        ([FALSE], "false", "false"),
        ([UNKNOWN], "unknown", "unknown"),
        ([TRUE, FALSE], "false", "true"),
        ([TRUE, UNKNOWN], "unknown", "true"),
        ([FALSE, UNKNOWN], "false", "unknown"),
        ([TRUE, FALSE, UNKNOWN], "false", "true"),
        ([UNKNOWN, UNKNOWN], "unknown", "unknown"),
    ],
    ids=str,
)
def test_all_and_any_of_each_mixture_in_each_order(inner: list[Any], all_: str, any_: str) -> None:
    orders = list(permutations(inner))
    found_all = {judged({"all": list(order)}, FACTS, DAY)[0] for order in orders}
    found_any = {judged({"any": list(order)}, FACTS, DAY)[0] for order in orders}
    assert (found_all, found_any) == ({all_}, {any_})


@pytest.mark.parametrize(("inner", "expected"), [(TRUE, "false"), (FALSE, "true"), (UNKNOWN, "unknown")])
def test_not_turns_what_is_known(inner: dict[str, Any], expected: str) -> None:
    assert judged({"not": inner}, FACTS, DAY)[0] == expected


def test_several_keys_of_a_mapping_must_all_hold() -> None:
    assert [judged(TRUE | {"not": inner}, FACTS, DAY)[0] for inner in (FALSE, TRUE)] == ["true", "false"]


MISSION = {
    "some": "use.missions",
    "such_that": {"person": {"is": {"fact": "person.id"}}, "period": {"contains": "day"}},
}


def mission(person: Any, first: int, last: int) -> dict[str, Any]:
    return {"person": person, "period": {"from": date(2020, 6, first), "until": date(2020, 6, last)}}


@pytest.mark.parametrize(
    ("missions", "expected"),
    [
        ([], ("false", date.max)),
        ([mission("ana001", 1, 20)], ("true", date(2020, 6, 20))),
        ([mission("ana001", 1, 11)], ("false", date.max)),
        ([mission("ana001", 14, 20)], ("false", date(2020, 6, 13))),
        ([mission("bob002", 1, 20)], ("false", date.max)),
        ([mission("bob002", 1, 20), mission("ana001", 1, 20)], ("true", date(2020, 6, 20))),
        ([mission("ana001", 1, 11), mission("bob002", 1, 20)], ("false", date.max)),
        ([mission(None, 1, 20)], ("unknown", date(2020, 6, 20))),
        ([mission(None, 1, 20), mission("ana001", 1, 20)], ("true", date(2020, 6, 20))),
        (["ana001"], ("unknown", date.max)),
        (None, ("unknown", date.max)),
        ("ana001", ("unknown", date.max)),
    ],
    ids=str,
)
def test_some_wants_one_record_that_meets_every_condition(missions: Any, expected: tuple[str, date]) -> None:
    assert judged(MISSION, {"person": {"id": "ana001"}, "use": {"missions": missions}}, DAY) == expected


def test_a_name_in_such_that_is_a_field_first_and_a_fact_otherwise() -> None:
    condition = {
        "some": "use.missions",
        "such_that": {"person": {"is": "ana001"}, "person.suspended": {"is": False}, "letter.signed": {"is": True}},
    }
    record = {"person": "ana001", "letter": {"signed": True}}
    facts: dict[str, Any] = {"person": {"suspended": False}, "use": {"missions": [record]}}
    assert judged(condition, facts, DAY) == ("true", date.max)


ROUTE = {"part.unrouted": {"only": []}}


@pytest.mark.parametrize(
    ("regimes", "expected"),
    [([], ("true", date.max)), (["secret"], ("false", date.max)), (None, ("unknown", date.max))],
    ids=str,
)
def test_a_regime_that_no_rule_opens_is_without_route(regimes: Any, expected: tuple[str, date]) -> None:
    assert judged(ROUTE, {"part": {"regimes": regimes}}, DAY) == expected
