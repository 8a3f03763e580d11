"""A producer confirms a checked delivery, and all its parts are read from the same write of the register on."""

from __future__ import annotations

from onboarding.approvers import say_approvers
from onboarding.deliveries.errors import DeliveryError
from onboarding.operations.approve import Ask
from onboarding.operations.confirmable import ToConfirm
from onboarding.operations.deliveries import Desk
from onboarding.operations.targets import find_dataset
from onboarding.writing import Writer
from policies.access.approvals import Approvals, Organisations
from policies.register.attested import plain
from policies.register.follow import Register


def confirm_delivery(
    desk: Desk, register: Register, found: ToConfirm, ask: Ask, approvals: Approvals, writer: Writer
) -> str:
    """Have a delivery confirmed, put its versions in the store, then let the register name them; answers by whom.

    Raises DeliveryError when the confirmation would not count, StaleError when the dataset changed meanwhile.
    """
    with found.held.locked():
        dataset = find_dataset(register, found.report.dataset)
        approval = ask(found.delivery.signed_fingerprint(found.place))
        approved = found.delivery.model_copy(update={"approved": approval})
        at = Organisations(producer=dataset.producer)
        if flaw := approvals.flaw("delivery", found.place, approved, at, frozenset()):
            who = say_approvers(approvals.law, found.place, approval.day)
            raise DeliveryError(f"Cette confirmation ne compterait pas : {flaw}. Peut confirmer : {who}.")
        _publish(desk, found)
        values = plain(dataset)
        values["deliveries"] = {**values.get("deliveries", {}), found.held.name: plain(approved)}
        reason = f"Livraison confirmée : {found.place}"
        writer.write({found.path: values}, {found.path: register.documents[found.path]}, approval.person, reason)
        found.held.remove()
    return approval.person


def _publish(desk: Desk, found: ToConfirm) -> None:
    package = found.held.package()
    desk.progress.begin("Vérification", package.size)
    for part in package.parts:
        desk.store.publish(found.report.dataset, part, package.of_part(part), found.held, desk.progress.advance)
