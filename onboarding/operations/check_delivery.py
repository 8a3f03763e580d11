"""The check of a delivery: what it is found to be worth is journaled, and kept as a report beside its files."""

from __future__ import annotations

from onboarding.actor import Actor
from onboarding.deliveries.report import Report
from onboarding.operations.deliveries import Desk, find_delivery
from onboarding.operations.examining import examine
from onboarding.operations.office import Office
from onboarding.operations.targets import at_dataset, find_dataset


def check_delivery(office: Office, actor: Actor, reason: str, desk: Desk, name: str) -> Report:
    """A delivery is examined, and the report kept, journaled first; a dry run keeps none.

    Raises DeliveryError, NotPermittedError, ReasonError.
    """
    held = find_delivery(desk, name)
    of = held.kept().dataset
    dataset = find_dataset(office.let("check_delivery", actor, reason, at_dataset(of)), of)
    if office.dry_run:
        return examine(desk, dataset, held)
    with held.locked():
        report = examine(desk, dataset, held)
        problems = sum(len(file.problems) for file in report.files)
        told = {"dataset": report.dataset, "sound": report.sound, "problems": problems}
        desk.note("check", actor.person, reason, name, **told)
        held.write_report(report)
    return report
