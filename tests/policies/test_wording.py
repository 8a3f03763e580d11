"""Days, moments and counts are said in one form."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from policies.wording import say_count, say_day, say_moment


def test_a_day_is_written_with_two_digits_each() -> None:
    assert say_day(date(2026, 3, 1)) == "01/03/2026"


def test_a_moment_is_that_of_the_clock_in_paris() -> None:
    assert say_moment(datetime(2026, 12, 31, 23, 30, 5, tzinfo=UTC)) == "01/01/2027 à 00:30:05"


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (0, ("problème",), "0 problème"),
        (1, ("problème",), "1 problème"),
        (2, ("problème",), "2 problèmes"),
        (1, ("jeu de données", "jeux de données"), "1 jeu de données"),
        (8, ("jeu de données", "jeux de données"), "8 jeux de données"),
        (3, ("décision change", "décisions changent"), "3 décisions changent"),
        (2, ("accès", "accès"), "2 accès"),
    ],
)
def test_the_plural_begins_at_two(number: int, words: tuple[str, ...], said: str) -> None:
    assert say_count(number, *words) == said
