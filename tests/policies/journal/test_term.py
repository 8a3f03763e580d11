"""A payload is kept for its months, the last day included, and not a day less."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.calendar import ONE_DAY, months_after
from policies.journal.term import first_day_kept


@pytest.mark.parametrize(
    ("today", "months", "first"),
    [
        ("2026-07-15", 12, "2025-07-15"),
        ("2026-07-15", 36, "2023-07-15"),
        ("2026-01-01", 6, "2025-07-01"),
        ("2026-03-31", 1, "2026-03-01"),
        ("2026-02-28", 1, "2026-01-28"),
        ("2028-02-29", 12, "2027-03-01"),
        ("2027-02-28", 12, "2026-02-28"),
    ],
)
def test_the_first_day_kept(today: str, months: int, first: str) -> None:
    assert first_day_kept(date.fromisoformat(today), months).isoformat() == first


@given(today=st.dates(date(2000, 1, 1), date(2100, 1, 1)), months=st.integers(0, 120))
def test_no_day_is_purged_before_its_months_have_passed_and_none_kept_after(today: date, months: int) -> None:
    first = first_day_kept(today, months)
    assert months_after(first, months) >= today > months_after(first - ONE_DAY, months)
