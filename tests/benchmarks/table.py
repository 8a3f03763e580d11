"""Figures side by side, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class Row:
    """One figure of ours, its peer's, and what is aimed at."""

    what: str
    ours: str
    peer: str = ""
    target: str = ""


HEAD = Row("", "ours", "peer", "target")


def render(title: str, rows: Sequence[Row]) -> str:
    """A table with a title; columns as wide as what is in them."""
    cells = [astuple(row) for row in (HEAD, *rows)]
    first, *others = (max(len(row[column]) for row in cells) for column in range(4))
    lines = [
        f"{row[0]:<{first}}" + "".join(f"  {cell:>{width}}" for cell, width in zip(row[1:], others, strict=True))
        for row in cells
    ]
    return "\n".join([title, *(line.rstrip() for line in lines), ""])
