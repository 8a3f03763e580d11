"""A producer's delivery: received, checked, confirmed, withdrawn; each step can be killed and done again.

Files go from the producer's folder to the quarantine to the store; what is in the store counts once the
register names it, for all parts at once, in the one write that also holds the producer's confirmation.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from onboarding.deliveries import incoming
from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.package import Package, package_problems, parse_package
from onboarding.deliveries.quarantine import Kept, Quarantine, Quarantined
from onboarding.deliveries.settings import MIB, DeliverySettings
from onboarding.deliveries.store import Store
from policies.calendar import PARIS, paris_day
from policies.errors import InvalidFilesError
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


def check_package(package: Package, dataset: Dataset, settings: DeliverySettings) -> None:
    """Raises InvalidFilesError with all that catalogue and settings do not allow."""
    problems = list(package_problems(package, dataset, settings))
    if problems:
        raise InvalidFilesError(problems)


@dataclass(frozen=True)
class Arrival:
    """What is about to be received: the announcement, what is there already of it, the bytes still to come."""

    dataset: str
    descriptor: bytes
    begun: Quarantined | None
    to_come: int

    @property
    def package(self) -> Package:
        """What the producer announced."""
        return parse_package(self.descriptor)


def look_at(desk: Desk, register: Register, source: Path, dataset: str) -> Arrival:
    """What receiving a folder would do; raises DeliveryError or InvalidFilesError when it cannot be received."""
    held = find_dataset(register, dataset)
    descriptor = incoming.read_descriptor(source)
    package = parse_package(descriptor)
    check_package(package, held, desk.settings)
    begun = desk.quarantine.begun(dataset, descriptor)
    missing = begun.missing() if begun else package.resources
    for resource in missing:
        incoming.check_size(source, resource)
    there = sum(_size(begun.partial(each)) for each in missing) if begun else 0
    to_come = sum(each.size for each in missing) - there
    _check_room(desk, to_come)
    return Arrival(dataset, descriptor, begun, to_come)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _check_room(desk: Desk, to_come: int) -> None:
    folder = desk.quarantine.folder
    disk = os.statvfs(folder if folder.exists() else folder.parent)
    free = disk.f_bavail * disk.f_frsize - desk.settings.free_mib * MIB
    if to_come > free:
        raise DeliveryError(
            f"Le disque de la quarantaine n'a pas la place : il faut {to_come // MIB} Mio, "
            f"il en reste {max(free, 0) // MIB}."
        )


def receive(desk: Desk, register: Register, arrival: Arrival, source: Path, actor: str, reason: str) -> Quarantined:
    """Bring the files of a folder into the quarantine; done again after a kill, it goes on where it stopped."""
    held = arrival.begun or _begin(desk, register, arrival, actor, reason)
    with held.locked():
        missing = held.missing()
        desk.progress.begin("Réception", sum(each.size for each in missing))
        for resource in missing:
            incoming.copy_in(source, resource, held, desk.progress.advance)
    return held


def _begin(desk: Desk, register: Register, arrival: Arrival, actor: str, reason: str) -> Quarantined:
    files = {each.path: each.fingerprint for each in arrival.package.resources}

    def announce(name: str) -> None:
        desk.note("receive", actor, reason, name, dataset=arrival.dataset, files=files)

    kept = Kept(dataset=arrival.dataset, by=actor, reason=reason, day=desk.today)
    moment = desk.clock().astimezone(PARIS)
    return desk.quarantine.begin(kept, arrival.descriptor, moment, _taken(register), announce)


def _taken(register: Register) -> frozenset[str]:
    """The names that versions have already, of whatever dataset."""
    return frozenset(name for dataset in register.datasets.values() for name in _names(dataset))


def _names(dataset: Dataset) -> Iterator[str]:
    yield from dataset.deliveries
    for part in dataset.parts.values():
        yield from part.versions
