"""A producer's folder comes into the quarantine; done again after a kill, it goes on where it stopped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from onboarding.actor import Actor
from onboarding.deliveries import incoming
from onboarding.deliveries.quarantine import Kept, Quarantined
from onboarding.operations.arriving import Arrival, look_at
from onboarding.operations.deliveries import Desk, clear
from onboarding.operations.office import Office
from onboarding.operations.targets import at_dataset
from policies.calendar import PARIS
from policies.register.follow import Register


def receive_delivery(office: Office, actor: Actor, reason: str, desk: Desk, source: Path, dataset: str) -> Arrival:
    """The files of a folder come into the quarantine; done again after a kill, it goes on where it stopped.

    Raises NotPermittedError, ReasonError, UnknownTargetError, DeliveryError, InvalidFilesError.
    """
    register = office.let("receive_delivery", actor, reason, at_dataset(dataset))
    if not office.dry_run:
        clear(desk, register)
    arrival = look_at(desk, register, source, dataset)
    if office.dry_run:
        return arrival
    held = arrival.begun or _begin(desk, register, arrival, actor.person, reason)
    with held.locked():
        missing = held.missing()
        desk.progress.begin("Réception", sum(each.size for each in missing))
        for resource in missing:
            incoming.copy_in(source, resource, held, desk.progress.advance)
    return replace(arrival, name=held.name)


def _begin(desk: Desk, register: Register, arrival: Arrival, actor: str, reason: str) -> Quarantined:
    files = {each.path: each.fingerprint for each in arrival.package.resources}

    def announce(name: str) -> None:
        desk.note("receive", actor, reason, name, dataset=arrival.dataset, files=files)

    kept = Kept(dataset=arrival.dataset, by=actor, reason=reason, day=desk.today)
    moment = desk.clock().astimezone(PARIS)
    return desk.quarantine.begin(kept, arrival.descriptor, moment, _taken(register), announce)


def _taken(register: Register) -> frozenset[str]:
    """The names that versions have already, of whatever dataset."""
    return frozenset(name for dataset in register.datasets.values() for name in dataset.version_names)
