"""One person withdraws a version at once: what reads it ends; an unconfirmed delivery leaves the quarantine."""

from __future__ import annotations

from dataclasses import dataclass

from onboarding.actor import Actor
from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.quarantine import Quarantined
from onboarding.operations.deliveries import Desk, clear, is_confirmed
from onboarding.operations.draft import Draft
from onboarding.operations.office import Office, Outcome
from onboarding.operations.refusals import NotNowError, UnknownTargetError, unknown
from onboarding.operations.targets import at_dataset
from policies.register.follow import Register


@dataclass(frozen=True)
class Withdrawal:
    """What is read no more, of which parts; without an `outcome` it was in the quarantine alone, and was destroyed."""

    version: str
    dataset: str
    parts: tuple[str, ...]
    outcome: Outcome | None


def withdraw_delivery(
    office: Office,
    actor: Actor,
    reason: str,
    desk: Desk,
    name: str,
    dataset: str | None = None,
    part: str | None = None,
) -> Withdrawal:
    """A version is read by nobody any more: of every part that has it, or of one part alone.

    No approval is voided, and its files stay in the store. A delivery that nobody confirmed is destroyed.
    `dataset` is needed when several have a version of this name. Raises UnknownTargetError, DeliveryError,
    NotPermittedError, ReasonError, NotNowError, StaleError.
    """
    held = desk.quarantine.find(name)
    if held is not None and dataset in {None, held.kept().dataset} and not is_confirmed(office.register(), name):
        return _discard(office, actor, reason, desk, held, part)
    of = _dataset_of(office.register(), name, dataset)
    taken: list[str] = []

    def edit(draft: Draft) -> tuple[str, ...]:
        parts = draft.document(f"datasets/{of}.yaml")["parts"]
        withdrawal = {"day": draft.day.isoformat(), "by": actor.person, "reason": reason}
        taken.extend(_to_withdraw(draft.register, name, of, part))
        for each in taken:
            parts[each].setdefault("withdrawals", {})[name] = withdrawal
        return ()

    outcome = office.carry_out("withdraw_delivery", actor, reason, at_dataset(of), edit)
    if not office.dry_run:
        clear(desk, office.register())
    return Withdrawal(name, of, tuple(taken), outcome)


def _dataset_of(register: Register, name: str, dataset: str | None) -> str:
    """The one dataset that has a version of this name, withdrawn or not."""
    versions = {id_: each.version_names for id_, each in register.datasets.items()}
    found = [each for each, names in versions.items() if name in names and dataset in {None, each}]
    if not found:
        raise unknown("nom de livraison", name, {each for names in versions.values() for each in names})
    if len(found) > 1:
        raise DeliveryError(
            f"Plusieurs jeux ont une version « {name} » ({', '.join(found)}) : dites lequel (--dataset)."
        )
    return found[0]


def _to_withdraw(register: Register, name: str, dataset: str, part: str | None) -> list[str]:
    """The parts of which the version still stands; raises NotNowError without any, UnknownTargetError for a part."""
    held = register.datasets[dataset]
    if part is not None and held.find_version(part, name) is None:
        raise UnknownTargetError(f"{dataset}/{part} : n'a pas de livraison {name}")
    asked = held.parts if part is None else [part]
    found = [each for each in asked if any(version.name == name for version in held.standing(each))]
    if not found:
        raise NotNowError(f"{dataset} : la livraison {name} est déjà retirée")
    return found


def _discard(office: Office, actor: Actor, reason: str, desk: Desk, held: Quarantined, part: str | None) -> Withdrawal:
    """Destroy a delivery that nobody confirmed, and what a killed confirmation put of it in the store."""
    name, dataset, parts = held.name, held.kept().dataset, held.package().parts
    register = office.let("withdraw_delivery", actor, reason, at_dataset(dataset))
    if part is not None:
        raise DeliveryError(f"{name} : est encore en quarantaine, et se détruit entière (sans --part).")
    if not office.dry_run:
        clear(desk, register)
        with held.locked():
            # somebody may have confirmed it before it was locked
            if is_confirmed(office.register(), name):
                raise NotNowError(f"{name} : vient d'être confirmée ; relancez la commande pour retirer sa version")
            desk.note("discard", actor.person, reason, name, dataset=dataset)
            desk.store.discard(dataset, parts, name)
            held.remove()
    return Withdrawal(name, dataset, tuple(parts), None)
