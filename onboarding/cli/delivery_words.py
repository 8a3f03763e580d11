"""What `datalab delivery` answers: plain values for `--json`, and French words for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from onboarding.deliveries.quarantine import Quarantined
from onboarding.deliveries.report import Report
from onboarding.operations.confirm_delivery import ToConfirm, readers
from onboarding.operations.receive_delivery import Arrival
from policies.register.attested import plain
from policies.register.dataset import Dataset
from policies.register.follow import Register

COLUMNS = ("livraison", "jeu", "parties", "état", "ensuite")
STATES = {
    "receiving": ("arrive encore", "datalab delivery receive"),
    "received": ("reçue", "datalab delivery check"),
    "faulty": ("refusée au contrôle", "corriger, puis livrer à nouveau ; datalab delivery withdraw"),
    "checked": ("contrôlée", "datalab delivery confirm, par le producteur"),
    "confirmed": ("confirmée", ""),
    "withdrawn": ("retirée", ""),
}


def arrival_values(arrival: Arrival, name: str | None, dry_run: bool) -> dict[str, Any]:
    """What was, or would be, received."""
    package = arrival.package
    return {
        "delivery": name,
        "dataset": arrival.dataset,
        "parts": package.parts,
        "files": len(package.resources),
        "bytes": package.size,
        "resumed": arrival.begun is not None,
        "to_come": arrival.to_come,
        "dry_run": dry_run,
    }


def report_lines(report: Report) -> Iterator[str]:
    """A report as its producer reads it."""
    yield f"Livraison {report.delivery} du jeu {report.dataset}, contrôlée le {report.day:%d/%m/%Y}"
    yield f"  {report.malware}"
    for part, brought in report.parts.items():
        yield f"  partie {part} : {brought.files} fichier(s), {brought.rows} ligne(s), {brought.size} octets"
        yield f"    empreinte {brought.fingerprint}"
    for file in report.files:
        for text in file.problems:
            yield f"  À CORRIGER {file.path} : {text}"
        for text in file.notes:
            yield f"  à noter {file.path} : {text}"
    yield "En ordre : le producteur peut confirmer." if report.sound else "Refusée : rien n'en sera lu."


def confirmation_values(found: ToConfirm, register: Register) -> dict[str, Any]:
    """What is confirmed, and which processings will read it."""
    return {
        "delivery": found.held.name,
        "dataset": found.report.dataset,
        "day": found.delivery.day.isoformat(),
        "parts": {part: plain(brought) for part, brought in found.delivery.parts.items()},
        "readers": readers(register, found.report.dataset, found.delivery.parts),
    }


def withdrawal_values(register: Register, name: str, dataset: str, parts: Sequence[str]) -> dict[str, Any]:
    """What is withdrawn, and which processings read that part."""
    found = readers(register, dataset, parts)
    return {"version": name, "dataset": dataset, "parts": list(parts), "readers": found}


def delivery_values(quarantined: Sequence[Quarantined], register: Register) -> list[dict[str, Any]]:
    """Every delivery with its state."""
    confirmed = {name for dataset in register.datasets.values() for name in dataset.deliveries}
    waiting = [_waiting(each) for each in quarantined if each.name not in confirmed]
    return waiting + [
        {"delivery": name, "dataset": id_, "parts": sorted(delivery.parts), "state": _state(dataset, name)}
        for id_, dataset in register.datasets.items()
        for name, delivery in dataset.deliveries.items()
    ]


def _waiting(held: Quarantined) -> dict[str, Any]:
    report = held.report()
    state = "receiving" if held.missing() else "received"
    if report is not None:
        state = "checked" if report.sound else "faulty"
    return {"delivery": held.name, "dataset": held.kept().dataset, "parts": held.package().parts, "state": state}


def _state(dataset: Dataset, name: str) -> str:
    stands = any(each.name == name for part in dataset.parts for each in dataset.standing(part))
    return "confirmed" if stands else "withdrawn"


def delivery_rows(found: Sequence[dict[str, Any]]) -> Iterator[list[str]]:
    """The rows of the table."""
    for each in found:
        state, following = STATES[each["state"]]
        yield [each["delivery"], each["dataset"], ", ".join(each["parts"]), state, following]
