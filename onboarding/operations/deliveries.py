"""Where deliveries are worked on: received, checked, confirmed, withdrawn; each step can be killed and done again.

Files go from the producer's folder to the quarantine to the store; what is in the store counts once the
register names it, for all parts at once, in the one write that also holds the producer's confirmation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.quarantine import Quarantine, Quarantined
from onboarding.deliveries.settings import DeliverySettings
from onboarding.deliveries.store import Store
from onboarding.finding import did_you_mean
from onboarding.writing import Appends
from policies.calendar import paris_day
from policies.register.follow import Register
from policies.settings import Places

KIND = "delivery"


class Progress(Protocol):
    """Who is told how far the work with bytes is."""

    def begin(self, what: str, total: int) -> None:
        """Some work of so many bytes begins."""

    def advance(self, done: int) -> None:
        """So many more bytes are done."""


class Silent:
    """Nobody is told."""

    def begin(self, what: str, total: int) -> None:
        """Say nothing."""

    def advance(self, done: int) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Desk:
    """Where deliveries are worked on: quarantine, store, journal, clock."""

    quarantine: Quarantine
    store: Store
    settings: DeliverySettings
    journal: Appends
    clock: Callable[[], datetime]
    progress: Progress

    def note(self, act: str, actor: str, reason: str, delivery: str, **more: Any) -> None:
        """Journal an act before it is done."""
        told = {"act": act, "actor": actor, "reason": reason, "delivery": delivery}
        self.journal.append(KIND, told | more)

    @property
    def today(self) -> date:
        """The present day in Paris."""
        return paris_day(self.clock())


def desk_of(
    places: Places, settings: DeliverySettings, journal: Appends, clock: Callable[[], datetime], progress: Progress
) -> Desk:
    """The desk of an installation."""
    return Desk(Quarantine(places.state / "quarantine"), Store(places.datasets), settings, journal, clock, progress)


def find_delivery(desk: Desk, name: str) -> Quarantined:
    """The delivery of the quarantine with this name; raises DeliveryError with the nearest."""
    found = desk.quarantine.find(name)
    if found is None:
        hint = did_you_mean(name, [each.name for each in desk.quarantine.all()])
        raise DeliveryError(f"Aucune livraison « {name} » en quarantaine{hint}")
    return found


def is_confirmed(register: Register, name: str) -> bool:
    """Whether the register names this delivery."""
    return any(name in dataset.deliveries for dataset in register.datasets.values())


def clear(desk: Desk, register: Register) -> None:
    """What a killed command left: a confirmed delivery leaves the quarantine, what was half removed is gone."""
    desk.quarantine.sweep()
    for held in desk.quarantine.all():
        if is_confirmed(register, held.name):
            held.remove()


def readers(register: Register, dataset: str, parts: Iterable[str]) -> list[str]:
    """The processings that read one of these parts, in order."""
    wanted = set(parts)
    return sorted(
        found.id
        for found in register.processings()
        if (use := found.processing.datasets.get(dataset)) is not None and wanted & set(use.parts)
    )
