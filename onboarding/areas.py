"""One thing that is checked: looked at alone, so that what cannot be read hides nothing of the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from policies.errors import InvalidFilesError, UnavailableError


@dataclass(frozen=True)
class Area:
    """One thing checked: its French name, what is wrong, why it could not be looked at, what it holds."""

    name: str
    problems: tuple[str, ...] = ()
    unavailable: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether it was looked at and nothing is wrong."""
        return not self.problems and self.unavailable is None


def look_at(name: str, look: Callable[[], Area]) -> Area:
    """What was found, or why nothing could be."""
    try:
        return look()
    except InvalidFilesError as error:
        return Area(name, tuple(map(str, error.problems)))
    except UnavailableError as error:
        return Area(name, unavailable=str(error))
