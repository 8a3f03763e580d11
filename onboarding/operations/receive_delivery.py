"""A producer's folder comes into the quarantine; done again after a kill, it goes on where it stopped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from onboarding.deliveries import incoming
from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.package import Package, check_package, parse_package
from onboarding.deliveries.quarantine import Kept, Quarantined
from onboarding.deliveries.settings import MIB
from onboarding.operations.deliveries import Desk, find_dataset
from policies.calendar import PARIS
from policies.register.dataset import Dataset
from policies.register.follow import Register


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
