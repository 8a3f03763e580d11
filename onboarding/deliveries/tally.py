"""What is wrong with the cells of a file, counted: never a value, only columns, numbers and first rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable

FIRST_ROWS = 3


class Tally:
    """Counts what was found, by column and words, with the first rows where it was."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[int, list[int]]] = {}

    def add(self, column: str, words: str, count: int, rows: Iterable[int]) -> None:
        """Note cells of one column; `rows` are the first of them, as a person counts: from 1, header aside."""
        before, first = self._found.get((column, words), (0, []))
        self._found[column, words] = (before + count, [*first, *rows][:FIRST_ROWS])

    def count(self, column: str, words: str) -> int:
        """How many cells were noted so."""
        return self._found.get((column, words), (0, []))[0]

    def sentences(self) -> tuple[str, ...]:
        """One sentence for each kind of problem."""
        return tuple(
            f"colonne {column} : {count} valeur(s) {words} (lignes {', '.join(map(str, rows))}"
            f"{', …' if count > len(rows) else ''})"
            for (column, words), (count, rows) in self._found.items()
        )
