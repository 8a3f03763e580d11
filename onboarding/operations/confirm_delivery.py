"""A producer confirms a checked delivery, and all its parts are read from the same write of the register on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.quarantine import Quarantined
from onboarding.deliveries.report import Report, catalogue_fingerprint
from onboarding.operations.approve import Ask
from onboarding.operations.deliveries import Desk, find_dataset, find_delivery
from onboarding.writing import Writer
from policies.access.approvals import Approvals, Organisations
from policies.register.attested import Proposal, plain
from policies.register.dataset import Delivery
from policies.register.follow import Register


@dataclass(frozen=True)
class ToConfirm:
    """A delivery as a producer would confirm it, where it would stand in the register."""

    held: Quarantined
    report: Report
    delivery: Delivery

    @property
    def place(self) -> str:
        """Where the delivery is approved."""
        return f"datasets/{self.report.dataset}/deliveries/{self.held.name}"


def is_confirmed(register: Register, name: str) -> bool:
    """Whether the register names this delivery."""
    return any(name in dataset.deliveries for dataset in register.datasets.values())


def find_to_confirm(desk: Desk, register: Register, name: str, day: date | None) -> ToConfirm:
    """What is to be confirmed, read from `day` on; raises DeliveryError when it was not checked as it is now."""
    held = find_delivery(desk, name)
    report, kept, package = held.report(), held.kept(), held.package()
    if report is None:
        raise DeliveryError(f"{name} : n'a pas été contrôlée ; lancez d'abord `datalab delivery check {name}`")
    if not report.sound:
        raise DeliveryError(
            f"{name} : le contrôle a trouvé des défauts ; il faut une nouvelle livraison, ou un catalogue corrigé"
        )
    dataset = find_dataset(register, report.dataset)
    now = catalogue_fingerprint(dataset, package.parts)
    if (report.package, report.catalogue) != (held.announced, now):
        raise DeliveryError(f"{name} : la livraison ou le catalogue a changé depuis le contrôle ; contrôlez à nouveau")
    from_ = day or desk.today
    if from_ < kept.day:
        raise DeliveryError(f"{name} : ne peut pas être lue avant le jour où elle a été reçue, le {kept.day:%d/%m/%Y}")
    delivery = Delivery(proposed=Proposal(person=kept.by, day=kept.day), day=from_, parts=report.parts)
    return ToConfirm(held, report, delivery)


def confirm(desk: Desk, register: Register, found: ToConfirm, ask: Ask, approvals: Approvals, writer: Writer) -> str:
    """Have a delivery confirmed, put its versions in the store, then let the register name them; answers by whom.

    Raises DeliveryError when the confirmation would not count, StaleError when the dataset changed meanwhile.
    """
    with found.held.locked():
        dataset = find_dataset(register, found.report.dataset)
        approval = ask(found.delivery.signed_fingerprint(found.place))
        approved = found.delivery.model_copy(update={"approved": approval})
        at = Organisations(producer=dataset.producer)
        if flaw := approvals.flaw("delivery", found.place, approved, at, frozenset()):
            raise DeliveryError(f"Cette confirmation ne compterait pas : {flaw}.")
        _publish(desk, found)
        path = f"datasets/{found.report.dataset}.yaml"
        values = plain(dataset)
        values["deliveries"] = {**values.get("deliveries", {}), found.held.name: plain(approved)}
        reason = f"Livraison confirmée : {found.place}"
        writer.write({path: values}, {path: register.documents[path]}, approval.person, reason)
        found.held.remove()
    return approval.person


def _publish(desk: Desk, found: ToConfirm) -> None:
    package = found.held.package()
    desk.progress.begin("Vérification", package.size)
    for part in package.parts:
        desk.store.publish(found.report.dataset, part, package.of_part(part), found.held, desk.progress.advance)


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
