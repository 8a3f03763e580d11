"""Where deliveries are worked on: received, checked, confirmed, withdrawn; each step can be killed and done again.

Files go from the producer's folder to the quarantine to the store; what is in the store counts once the
register names it, for all parts at once, in the one write that also holds the producer's confirmation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.quarantine import Quarantine, Quarantined
from onboarding.deliveries.settings import DeliverySettings
from onboarding.deliveries.store import Store
from policies.calendar import paris_day
from policies.files import nearest
from policies.register.dataset import Dataset
from policies.register.follow import Register
from policies.settings import Places

KIND = "delivery"


class Appends(Protocol):
    """A journal, as far as a delivery needs one."""

    def append(self, kind: str, payload: Mapping[str, Any]) -> object:
        """Journal one thing durably before it happens."""


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


def find_dataset(register: Register, name: str) -> Dataset:
    """The dataset with this id; raises DeliveryError with the nearest."""
    found = register.datasets.get(name)
    if found is None:
        hint = (
            nearest(name, register.datasets).replace("did you mean", "vouliez-vous dire").replace("allowed", "connus")
        )
        raise DeliveryError(f"Aucun jeu de données « {name} » dans le registre{hint}")
    return found


def find_delivery(desk: Desk, name: str) -> Quarantined:
    """The delivery of the quarantine with this name; raises DeliveryError with the nearest."""
    found = desk.quarantine.find(name)
    if found is None:
        known = [each.name for each in desk.quarantine.all()]
        hint = nearest(name, known).replace("did you mean", "vouliez-vous dire").replace("allowed", "il y a")
        raise DeliveryError(f"Aucune livraison « {name} » en quarantaine{hint}")
    return found
