"""Values of the law inside a sentence."""

from __future__ import annotations

import pytest

from policies.engine.wording import say_unit


@pytest.mark.parametrize(
    ("number", "unit", "said"),
    [
        (0, "jours", "jour"), (1, "jours", "jour"), (1.5, "points", "point"), (2, "jours", "jours"),
        (1, "mois", "mois"), (6, "mois", "mois"), (1, "Mo", "Mo"), (1, "%", "%"), (2, "personnes", "personnes"),
    ],
)  # fmt: skip
def test_a_unit_agrees_with_its_number(number: float, unit: str, said: str) -> None:
    assert say_unit(number, unit) == said
