"""What a producer would confirm of a delivery; looking changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.quarantine import Quarantined
from onboarding.deliveries.report import Report, catalogue_fingerprint
from onboarding.operations.deliveries import Desk, find_delivery
from onboarding.operations.targets import find_dataset
from policies.register.attested import Proposal
from policies.register.dataset import Delivery
from policies.register.follow import Register
from policies.wording import say_day


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

    @property
    def path(self) -> str:
        """The document that will name it."""
        return f"datasets/{self.report.dataset}.yaml"


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
        raise DeliveryError(f"{name} : ne peut pas être lue avant le jour où elle a été reçue, le {say_day(kept.day)}")
    delivery = Delivery(proposed=Proposal(person=kept.by, day=kept.day), day=from_, parts=report.parts)
    return ToConfirm(held, report, delivery)
