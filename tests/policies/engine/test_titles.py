"""A title opens while it counts, covers who and what is at hand, and is prolonged without a gap."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.policies.engine.written import judged

END = date.max
DAY = date(2020, 6, 12)
BOTH = {"title": {"kind": "avis", "covers": ["person", "part"]}}


def avis(first: int, last: int | None, **more: Any) -> dict[str, Any]:
    period = {"from": date(2020, 6, first), "until": None if last is None else date(2020, 6, last)}
    return {"kind": "avis", "number": "1", "period": period, "people": None, "parts": None, "counts": True} | more


def facts(*titles: Any) -> dict[str, Any]:
    return {"person": {"id": "ana001"}, "part": {"id": "enquete/2024"}, "titles": list(titles)}


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ([], ("false", END)),
        ([avis(1, 20)], ("true", 20)),
        ([avis(12, 12)], ("true", 12)),
        ([avis(1, None)], ("true", END)),
        ([avis(1, 11)], ("false", END)),
        ([avis(15, 20)], ("false", 14)),
        ([avis(18, 20), avis(15, 16)], ("false", 14)),
        ([avis(1, 20, kind="engagement")], ("false", END)),
        ([avis(1, 20, counts=False, flaw="pas encore approuvé")], ("false", END)),
        ([avis(1, 20, people=["ana001", "bob002"], parts=["enquete/2024"])], ("true", 20)),
        ([avis(1, 20, people=["bob002"])], ("false", END)),
        ([avis(1, 20, people=[])], ("false", END)),
        ([avis(1, 20, parts=["enquete/2023"])], ("false", END)),
    ],
    ids=str,
)
def test_a_title_holds_on_its_days_for_whom_and_what_it_names(titles: Any, expected: tuple[str, int | date]) -> None:
    value, last = expected
    assert judged(BOTH, facts(*titles), DAY) == (value, last if isinstance(last, date) else date(2020, 6, last))


@pytest.mark.parametrize(
    ("titles", "last"),
    [
        ([avis(1, 14), avis(15, 20)], 20),
        ([avis(15, 20), avis(1, 14)], 20),
        ([avis(1, 14), avis(10, 20), avis(5, 17)], 20),
        ([avis(1, 20), avis(5, 14)], 20),
        ([avis(1, 14), avis(16, 20)], 14),
        ([avis(1, 14), avis(15, 20, people=["bob002"])], 14),
        ([avis(1, 14), avis(15, 16), avis(17, 18), avis(20, 25)], 18),
    ],
    ids=str,
)
def test_titles_without_a_gap_prolong_each_other(titles: Any, last: int) -> None:
    assert judged(BOTH, facts(*titles), DAY) == ("true", date(2020, 6, last))


@pytest.mark.parametrize(
    ("covers", "expected"),
    [(["person", "part"], "false"), (["person"], "true"), (["part"], "false"), ([], "true")],
    ids=str,
)
def test_what_a_condition_does_not_cover_is_not_looked_at(covers: list[str], expected: str) -> None:
    found, _ = judged({"title": {"kind": "avis", "covers": covers}}, facts(avis(1, 20, parts=["autre/2024"])), DAY)
    assert found == expected


@pytest.mark.parametrize(
    "asked",
    [
        {"person": {"id": "ana001"}, "part": {"id": "enquete/2024"}},
        {"person": {"id": "ana001"}, "part": {"id": "enquete/2024"}, "titles": {}},
        {"person": {"id": "ana001"}, "titles": []},
        facts("avis"),
        facts({"number": "1"}),
        facts(avis(1, 20, counts=None)),
        facts(avis(1, 20, counts="oui")),
        facts(avis(1, 20, people="ana001")),
        facts(avis(1, 20, people=[1])),
        facts(avis(1, 20, period={"from": "2020-06-01"})),
    ],
    ids=str,
)
def test_titles_that_cannot_be_read_are_unknown_and_never_absent(asked: dict[str, Any]) -> None:
    assert judged(BOTH, asked, DAY)[0] == "unknown"


def test_a_title_that_can_be_read_is_enough_beside_one_that_cannot() -> None:
    assert judged(BOTH, facts(avis(1, 20, counts="oui"), avis(1, 15)), DAY) == ("true", date(2020, 6, 15))


def test_an_unreadable_title_stays_unknown_only_until_a_readable_one_begins() -> None:
    assert judged(BOTH, facts(avis(1, 20, counts="oui"), avis(15, 20)), DAY) == ("unknown", date(2020, 6, 14))
