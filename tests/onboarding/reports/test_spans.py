"""Which value was in force when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.reports.spans import Change, Span, spans, together, value_at


def at(day: int) -> datetime:
    return datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day)


CHANGES = [Change(at(10), "a", "b"), Change(at(20), "b", "c")]


@pytest.mark.parametrize(("day", "value"), [(1, "a"), (10, "b"), (19, "b"), (20, "c"), (30, "c")])
def test_the_value_of_a_moment_is_what_was_last_given_or_next_taken_away(day: int, value: str) -> None:
    assert value_at(CHANGES, at(day), "other") == value


def test_when_nothing_ever_changed_the_present_value_was_always_there() -> None:
    assert spans([], at(1), at(9), "now") == [Span(at(1), at(9), "now")]


def test_before_a_first_value_there_was_none() -> None:
    assert value_at([Change(at(10), None, "a")], at(1), "now") is None


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [
        (0, 30, [(0, 10, "a"), (10, 20, "b"), (20, 30, "c")]),
        (10, 20, [(10, 20, "b")]),
        (12, 13, [(12, 13, "b")]),
        (15, 25, [(15, 20, "b"), (20, 25, "c")]),
        (5, 5, []),
    ],
)
def test_the_spans_between_two_moments(begin: int, end: int, found: list[tuple[int, int, str]]) -> None:
    assert spans(CHANGES, at(begin), at(end), None) == [Span(at(b), at(e), value) for b, e, value in found]


def test_two_rows_are_cut_where_either_changes() -> None:
    one = spans([Change(at(5), "a", "b")], at(0), at(10), None)
    other = spans([Change(at(7), "x", "y")], at(0), at(10), None)
    assert together(one, other) == [
        (Span(at(0), at(5), "a"), "x"),
        (Span(at(5), at(7), "b"), "x"),
        (Span(at(7), at(10), "b"), "y"),
    ]


@given(st.lists(st.integers(1, 98), unique=True), st.lists(st.integers(1, 98), unique=True))
def test_no_moment_is_left_out_and_none_is_told_twice(left: list[int], right: list[int]) -> None:
    rows = [
        spans([Change(at(day), str(day - 1), str(day)) for day in sorted(days)], at(0), at(99), "now")
        for days in (left, right)
    ]
    found = [span for span, _ in together(rows[0], rows[1])]
    assert (found[0].begin, found[-1].end) == (at(0), at(99))
    assert all(one.end == other.begin for one, other in pairwise(found))
