"""What receiving a producer's folder would bring; looking changes nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from onboarding.deliveries import incoming
from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.package import Package, check_package, parse_package
from onboarding.deliveries.quarantine import Quarantined
from onboarding.deliveries.settings import MIB
from onboarding.operations.deliveries import Desk
from onboarding.operations.targets import find_dataset
from policies.register.follow import Register


@dataclass(frozen=True)
class Arrival:
    """What is received: the announcement, what was there already of it, the bytes that were still to come.

    `name` is the delivery's; None when nothing was begun, and a dry run began nothing either.
    """

    dataset: str
    descriptor: bytes
    begun: Quarantined | None
    to_come: int
    name: str | None

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
    return Arrival(dataset, descriptor, begun, to_come, begun.name if begun else None)


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
