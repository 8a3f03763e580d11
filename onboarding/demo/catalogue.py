"""What the register needs to know of the datasets that were made: versions, sizes, columns."""

from __future__ import annotations

from policies.files import Closed


class PartEntry(Closed):
    """One part on disk; a column is (name, type, meaning)."""

    version: str
    fingerprint: str
    rows: int
    size: int
    columns: tuple[tuple[str, str, str], ...]


class Catalogue(Closed):
    """Every part, by `dataset/part`; `stamp` says what they were made from."""

    stamp: str
    year: int
    parts: dict[str, PartEntry]
