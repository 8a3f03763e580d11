"""What is wrong with the cells of a file, counted: never a value, only columns, numbers and first rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from policies.wording import say_count

FIRST_ROWS = 3


class Fault(NamedTuple):
    """What is wrong, said of one value and of several."""

    one: str
    several: str


def same(words: str) -> Fault:
    """What is said of one value as of several."""
    return Fault(words, words)


class Tally:
    """Counts what was found, by column and words, with the first rows where it was."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, Fault], tuple[int, list[int]]] = {}

    def add(self, column: str, fault: Fault, count: int, rows: Iterable[int]) -> None:
        """Note cells of one column; `rows` are the first of them, as a person counts: from 1, header aside."""
        before, first = self._found.get((column, fault), (0, []))
        self._found[column, fault] = (before + count, [*first, *rows][:FIRST_ROWS])

    def count(self, column: str, fault: Fault) -> int:
        """How many cells were noted so."""
        return self._found.get((column, fault), (0, []))[0]

    def sentences(self) -> tuple[str, ...]:
        """One sentence for each kind of problem."""
        return tuple(
            f"colonne {column} : {say_count(count, f'valeur {fault.one}', f'valeurs {fault.several}')} "
            f"({_where(rows, count)})"
            for (column, fault), (count, rows) in self._found.items()
        )


def _where(rows: list[int], count: int) -> str:
    listed = ", ".join(map(str, rows))
    return f"ligne {listed}" if count == 1 else f"lignes {listed}{', …' if count > len(rows) else ''}"
