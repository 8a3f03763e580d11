"""What every document of the demo is written with: the cast's ids, and days relative to one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from onboarding.demo.catalogue import Catalogue
from onboarding.demo.people import Cast

Document = dict[str, Any]
ADMINISTRATOR = "a.lefevre"


@dataclass(frozen=True)
class Frame:
    """One seed's cast, one day, and the datasets that were made."""

    cast: Cast
    day: date
    catalogue: Catalogue

    def on(self, offset: int) -> str:
        """A day as the register writes it, so many days after the frame's."""
        return (self.day + timedelta(days=offset)).isoformat()

    def period(self, start: int, end: int) -> Document:
        """Days relative to the frame's, both included."""
        return {"from": self.on(start), "until": self.on(end)}

    def proposed(self, login: str = ADMINISTRATOR, before: int = 30) -> Document:
        """Who proposed an entry, so many days before the frame's."""
        return {"person": self.cast.id(login), "day": self.on(-before)}
