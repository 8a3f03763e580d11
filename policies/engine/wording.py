"""How values are said in French: days, numbers, lists, periods, labels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from policies.engine.documents import Declaration
from policies.engine.vocabulary import LISTS, Vocabulary, ends_of

MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
UNKNOWN = "(non renseigné)"


def say_day(day: date) -> str:
    """A day as people write it: 1er mars 2026."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def say_number(number: float) -> str:
    """A number with a decimal comma."""
    return str(number).replace(".", ",")


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
        return say_number(value) + (f" {declared.unit}" if declared and declared.unit else "")
    if isinstance(value, str):
        return vocabulary.words.get((declared and declared.words) or "", {}).get(value, value)
    return _say_days(value)


def _say_days(value: Any) -> str:
    if isinstance(value, date):
        return say_day(value)
    ends = ends_of(value)
    return say_period(*ends) if ends else UNKNOWN
