"""One person withdraws a version at once: what reads it ends; an unconfirmed delivery leaves the quarantine."""

from __future__ import annotations

from typing import Any

from onboarding.deliveries.errors import DeliveryError
from onboarding.operations.confirm_delivery import is_confirmed
from onboarding.operations.deliveries import Desk, find_delivery
from onboarding.writing import Writer
from policies.register.attested import plain
from policies.register.dataset import Dataset
from policies.register.follow import Register


def find_to_withdraw(register: Register, name: str, dataset: str | None) -> tuple[str, list[str]]:
    """The dataset and the parts of which a version of this name still stands; raises DeliveryError."""
    found = {
        each: parts
        for each, held in register.datasets.items()
        if dataset in {None, each} and (parts := _standing(held, name))
    }
    if not found:
        raise DeliveryError(f"Aucune version « {name} » à retirer : le registre n'en a pas, ou elle l'est déjà.")
    if len(found) > 1:
        raise DeliveryError(
            f"Plusieurs jeux ont une version « {name} » ({', '.join(found)}) : dites lequel (--dataset)."
        )
    return next(iter(found.items()))


def _standing(dataset: Dataset, name: str) -> list[str]:
    return [part for part in dataset.parts if any(each.name == name for each in dataset.standing(part))]


def withdraw(desk: Desk, register: Register, name: str, dataset: str, actor: str, reason: str, writer: Writer) -> None:
    """Withdraw a version of every part of a dataset that has it, in one write; its files stay in the store."""
    _, parts = find_to_withdraw(register, name, dataset)
    path = f"datasets/{dataset}.yaml"
    values: dict[str, Any] = plain(register.datasets[dataset])
    withdrawal = {"day": desk.today.isoformat(), "by": actor, "reason": reason}
    for part in parts:
        entry = values["parts"][part]
        entry["withdrawals"] = {**entry.get("withdrawals", {}), name: withdrawal}
    writer.write({path: values}, {path: register.documents[path]}, actor, reason)


def discard(desk: Desk, register: Register, name: str, actor: str, reason: str) -> None:
    """Destroy a delivery that nobody confirmed, and what a killed confirmation put of it in the store."""
    held = find_delivery(desk, name)
    with held.locked():
        if is_confirmed(register, name):
            raise DeliveryError(f"{name} : est déjà confirmée ; c'est sa version qui se retire")
        dataset = held.kept().dataset
        desk.note("discard", actor, reason, name, dataset=dataset)
        desk.store.discard(dataset, held.package().parts, name)
        held.remove()
