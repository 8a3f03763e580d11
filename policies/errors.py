"""One family of errors, so that each process can tell what it refuses from what it did not foresee."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class DatalabError(Exception):
    """The base of every error that the datalab raises on purpose; its text is for people."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in one file: where (file, key) and what to do about it."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.message) if part)


class InvalidFilesError(DatalabError):
    """Raised when files were read and at least one is wrong; holds every problem at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class UnavailableError(DatalabError):
    """Raised when a source (directory, register, law, journal) cannot be read: deny, and say so."""


class StaleError(DatalabError):
    """Raised when something was decided on facts that are no longer those of the register."""
