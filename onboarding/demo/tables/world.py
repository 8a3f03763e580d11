"""What all invented tables share: the real communes, the year they speak of, and dice of their own.

Each table has its own dice, thrown from the seed and its name: adding a table changes no other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import compute

from policies.errors import InvalidFilesError, Problem

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
DAYS = 365
NO_COMMUNES = "holds no communes; run `images/build.py extract assets /communes.json <this file>`"


@dataclass(frozen=True)
class Communes:
    """The communes of France, with their populations; the only thing here that is real."""

    code: pa.Array
    name: pa.Array
    department: pa.Array
    region: pa.Array
    population: Integers

    def __len__(self) -> int:
        return len(self.population)

    def draw(self, dice: np.random.Generator, count: int) -> Integers:
        """Positions of communes, drawn as people live: by population."""
        ends = np.cumsum(self.population)
        return np.searchsorted(ends, dice.integers(0, ends[-1], count), side="right")


@dataclass(frozen=True)
class World:
    """What one seed invents about one year."""

    seed: int
    year: int
    communes: Communes

    def dice(self, table: str) -> np.random.Generator:
        """The dice of a table, thrown the same way every time."""
        return np.random.default_rng([self.seed, int.from_bytes(hashlib.sha256(table.encode()).digest()[:8])])


def read_communes(path: Path) -> Communes:
    """Today's communes from `data/communes.json` of @etalab/decoupage-administratif, sorted by code."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        found = parse_communes(rows)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InvalidFilesError([Problem(str(path), "", NO_COMMUNES)]) from None
    if not found.population.sum():
        raise InvalidFilesError([Problem(str(path), "", NO_COMMUNES)])
    return found


def parse_communes(rows: Sequence[dict[str, Any]]) -> Communes:
    """Communes of today; a few islands without inhabitants have a population of 0."""
    today = sorted((row for row in rows if row["type"] == "commune-actuelle"), key=lambda row: str(row["code"]))
    return Communes(
        code=pa.array([row["code"] for row in today]),
        name=pa.array([row["nom"] for row in today]),
        department=pa.array([row["departement"] for row in today]),
        region=pa.array([row["region"] for row in today]),
        population=np.array([row.get("population", 0) for row in today], dtype=np.int64),
    )


def identifiers(prefix: str, numbers: Integers) -> pa.Array:
    """Invented identifiers: a letter and nine digits, in the order of the numbers."""
    padded = compute.utf8_lpad(pa.array(numbers).cast(pa.string()), width=9, padding="0")
    return compute.binary_join_element_wise(prefix, padded, "")


def category(dice: np.random.Generator, count: int, shares: Mapping[str, float]) -> pa.Array:
    """Words drawn by their shares, stored once each."""
    values = np.array(list(shares.values()))
    ends = np.cumsum(values / values.sum())
    drawn = np.searchsorted(ends[:-1], dice.random(count), side="right").astype(np.int8)
    return pa.DictionaryArray.from_arrays(pa.array(drawn), pa.array(list(shares)))


def is_word(values: pa.DictionaryArray, word: str) -> NDArray[np.bool_]:
    """Where a category is this word."""
    wanted: NDArray[np.bool_] = np.asarray(values.indices) == values.dictionary.to_pylist().index(word)
    return wanted


def take(values: pa.Array, positions: Integers) -> pa.DictionaryArray:
    """Values at positions, stored once each."""
    found = values.dictionary_encode()
    return pa.DictionaryArray.from_arrays(found.indices.take(pa.array(positions)), found.dictionary)


def days(dice: np.random.Generator, count: int, year: int) -> pa.Array:
    """Days of a year, evenly."""
    first = np.datetime64(f"{year}-01-01", "D")
    return pa.array(first + dice.integers(0, DAYS, count).astype("timedelta64[D]"))


def amounts(dice: np.random.Generator, count: int, median: float, spread: float) -> Floats:
    """Amounts in euros around a median, many small and a few large."""
    return np.round(median * np.exp(spread * dice.standard_normal(count)), 2)
