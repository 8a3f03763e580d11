"""A reason that is kept says why, and holds nobody's address."""

from __future__ import annotations

import pytest

from onboarding.reasons import LONGEST_REASON, ReasonError, check_reason


@pytest.mark.parametrize("text", ["Contrôle n° 12", "demande du 3/4 : p7f3k2 @ 9 h", "x" * LONGEST_REASON])
def test_words_are_a_reason(text: str) -> None:
    assert check_reason(text) == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "vide"),
        (" \t", "vide"),
        ("x" * (LONGEST_REASON + 1), "dépasse 500 caractères"),
        ("demandé par ana.durand@finances.test", "adresse électronique"),
        ("<ana@x.fr>", "adresse électronique"),
    ],
)
def test_anything_else_is_refused_with_what_to_do(text: str, said: str) -> None:
    with pytest.raises(ReasonError, match=said):
        check_reason(text)
