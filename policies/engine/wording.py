"""How values are said in French: numbers, lists, periods, labels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from policies.engine.documents import Declaration
from policies.engine.vocabulary import LISTS, Vocabulary, ends_of
from policies.wording import say_day

MONTHS = "mois"
UNKNOWN = "(non renseigné)"


def say_number(number: float) -> str:
    """A number with a decimal comma."""
    return str(number).replace(".", ",")


def say_unit(number: float, unit: str) -> str:
    """A unit, which the law writes in the plural, as it follows a number: 1 jour, 2 jours, 1 mois."""
    return unit.removesuffix("s") if abs(number) < 2 and unit != MONTHS else unit


def say_period(first: date, last: date) -> str:
    """A period as people say it, without end when none is known."""
    if last == date.max:
        return f"depuis le {say_day(first)}"
    return f"du {say_day(first)} au {say_day(last)}"


def join(parts: Sequence[str], last: str) -> str:
    """Parts in a row, the last one after a word: a, b et c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def say(value: Any, declared: Declaration | None, vocabulary: Vocabulary) -> str:
    """A value inside a sentence; text without label stands as it is."""
    if value.__class__ in LISTS:
        return join([say(element, declared, vocabulary) for element in value], "et") or "aucun"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int | float):
        return say_number(value) + (f" {say_unit(value, declared.unit)}" if declared and declared.unit else "")
    if isinstance(value, str):
        return vocabulary.words.get((declared and declared.words) or "", {}).get(value, value)
    return _say_days(value)


def _say_days(value: Any) -> str:
    if isinstance(value, date):
        return say_day(value)
    ends = ends_of(value)
    return say_period(*ends) if ends else UNKNOWN
