"""Counts are said as French says them."""

from __future__ import annotations

import pytest

from onboarding.counting import say_count


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (0, ("fichier",), "0 fichier"),
        (1, ("fichier",), "1 fichier"),
        (2, ("fichier",), "2 fichiers"),
        (1, ("valeur manquante", "valeurs manquantes"), "1 valeur manquante"),
        (3, ("valeur manquante", "valeurs manquantes"), "3 valeurs manquantes"),
    ],
)
def test_the_plural_begins_at_two(number: int, words: tuple[str, ...], said: str) -> None:
    assert say_count(number, *words) == said
