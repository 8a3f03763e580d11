"""Counts as French says them."""

from __future__ import annotations


def say_count(number: int, one: str, many: str = "") -> str:
    """So many things: in French the plural begins at two. `many` is needed where it is not `one` with an s."""
    return f"{number} {(many or f'{one}s') if number >= 2 else one}"
