"""Who could and who did, in French: what is known, what is supposed, and what nobody knows any more."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest

from onboarding.reports.answers import FORGOTTEN, ReadersAnswer
from onboarding.reports.people import Origin
from onboarding.reports.readers import Could, Gap
from onboarding.reports.reads import FOUND_ENDED, REPLACED, Read
from onboarding.reports.replay import Outcome
from onboarding.reports.words import ASSUMED, NOBODY_KNOWS, ORIGINS, OUTCOMES, REASONS, readers_lines
from policies.engine.model import Reason

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
PART = "menages/p2024"
REASON = Reason(rule="STAT-02", article="art. 6", source="loi-51-711", link="https://law.test", text="Loi n° 51-711")
COULD = Could("pana01", "aides-eval", FIRST, LAST, "journal", (REASON, REASON))
READ = Read(
    workspace="pana01--aides-eval", person="pana01", processing="aides-eval", container="c",
    parts={PART: "livraison-1"}, start=datetime(2026, 3, 2, 8, tzinfo=UTC), entry="guard/2", decided=None,
)  # fmt: skip


def lines(**changes: Any) -> list[str]:
    values: dict[str, Any] = {"could": (COULD,), "did": (READ,), "gaps": (), "known": True, "forgotten": 0}
    return list(readers_lines(ReadersAnswer(PART, FIRST, LAST, **(values | changes))))


def test_those_who_could_stand_above_those_who_did() -> None:
    assert lines() == [
        f"# {PART}, du 01/03/2026 au 31/03/2026",
        "",
        "## Pouvaient la lire",
        "",
        "- pana01 sur aides-eval, du 01/03/2026 au 31/03/2026 : STAT-02 (art. 6) ; "
        "annuaire : tel qu'une décision journalisée l'a lu",
        "",
        ASSUMED,
        "",
        "## L'ont lue",
        "",
        "- pana01 sur aides-eval, version livraison-1, du 02/03/2026 à 09:00:00 sans arrêt journalisé (guard/2)",
    ]


def test_nobody_is_said_and_not_left_blank() -> None:
    found = lines(could=(), did=())
    assert found.count("- personne") == 2


def test_days_that_nobody_knows_are_not_taken_for_days_on_which_nobody_could() -> None:
    found = lines(could=(), gaps=(Gap(FIRST, FIRST, FORGOTTEN),))
    assert "- personne" not in found
    assert "- le 01/03/2026 : inconnu : l'historique du registre a été oublié jusque-là" in found


def test_a_part_that_no_register_knows_is_a_warning() -> None:
    assert NOBODY_KNOWS in lines(could=(), known=False)
    assert NOBODY_KNOWS not in lines()


def test_what_was_purged_is_counted() -> None:
    assert lines(forgotten=3)[-1].startswith("3 démarrages de cette période ont été effacés à leur terme")


@pytest.mark.parametrize(
    ("words", "kinds"),
    [(ORIGINS, get_args(Origin)), (OUTCOMES, get_args(Outcome)), (REASONS, (FOUND_ENDED, REPLACED, "asked", "right"))],
)
def test_whatever_may_be_told_has_its_french_words(words: dict[str, str], kinds: tuple[str, ...]) -> None:
    assert set(kinds) <= words.keys()
