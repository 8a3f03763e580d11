"""Which value was in force when, from the moments at which it changed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Change:
    """A value gave way to another; `before` is None when there was none, or nobody knows."""

    moment: datetime
    before: str | None
    after: str


@dataclass(frozen=True)
class Span:
    """From one moment on, until another that is not part of it."""

    begin: datetime
    end: datetime
    value: str | None


def spans(changes: Sequence[Change], begin: datetime, end: datetime, otherwise: str | None) -> list[Span]:
    """The values between two moments, in order; `otherwise` is the one in force when nothing ever changed."""
    inside = sorted((each for each in changes if begin < each.moment < end), key=lambda each: each.moment)
    moments = [begin, *(each.moment for each in inside), end]
    values = [value_at(changes, begin, otherwise), *(each.after for each in inside)]
    found = [Span(*each) for each in zip(moments, moments[1:], values, strict=False)]
    return [each for each in found if each.begin < each.end]


def value_at(changes: Sequence[Change], moment: datetime, otherwise: str | None) -> str | None:
    """The value in force at a moment: what the last change before it gave, or the next one took away."""
    past = [each for each in changes if each.moment <= moment]
    if past:
        return max(past, key=lambda each: each.moment).after
    return min(changes, key=lambda each: each.moment).before if changes else otherwise


def together(left: Sequence[Span], right: Sequence[Span]) -> list[tuple[Span, str | None]]:
    """Two rows of spans over the same time, cut where either changes: spans of the first, values of the second."""
    found = []
    for one in left:
        for other in right:
            begin, end = max(one.begin, other.begin), min(one.end, other.end)
            if begin < end:
                found.append((Span(begin, end, one.value), other.value))
    return found
