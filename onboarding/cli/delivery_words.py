"""What `datalab delivery` answers: plain values for `--json`, and French words for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from onboarding.deliveries.quarantine import Quarantined
from onboarding.deliveries.report import Report
from onboarding.operations.arriving import Arrival
from onboarding.operations.confirmable import ToConfirm
from onboarding.operations.deliveries import readers
from onboarding.operations.withdraw_delivery import Withdrawal
from policies.register.attested import plain
from policies.register.dataset import Dataset
from policies.register.follow import Register
from policies.wording import say_count, say_day

COLUMNS = ("livraison", "jeu", "parties", "état", "ensuite")
STATES = {
    "receiving": ("arrive encore", "datalab delivery receive"),
    "received": ("reçue", "datalab delivery check"),
    "faulty": ("refusée au contrôle", "corriger, puis livrer à nouveau ; datalab delivery withdraw"),
    "checked": ("contrôlée", "datalab delivery confirm, par le producteur"),
    "confirmed": ("confirmée", ""),
    "withdrawn": ("retirée", ""),
}


def arrival_values(arrival: Arrival, dry_run: bool) -> dict[str, Any]:
    """What was, or would be, received."""
    package = arrival.package
    return {
        "delivery": arrival.name,
        "dataset": arrival.dataset,
        "parts": package.parts,
        "files": len(package.resources),
        "bytes": package.size,
        "resumed": arrival.begun is not None,
        "to_come": arrival.to_come,
        "dry_run": dry_run,
    }


def arrival_lines(arrival: Arrival, dry_run: bool) -> Iterator[str]:
    """What was, or would be, received, and what comes next."""
    files, to_come = say_count(len(arrival.package.resources), "fichier"), say_count(arrival.to_come, "octet")
    done = f"Recevrait {files}, {to_come} à copier" if dry_run else f"Reçue : {arrival.name}"
    yield f"{done} ; jeu {arrival.dataset}, parties : {', '.join(arrival.package.parts)}"
    if not dry_run:
        yield f"Ensuite : datalab delivery check {arrival.name}"


def report_lines(report: Report) -> Iterator[str]:
    """A report as its producer reads it."""
    yield f"Livraison {report.delivery} du jeu {report.dataset}, contrôlée le {say_day(report.day)}"
    yield f"  {report.malware}"
    for part, brought in report.parts.items():
        counts = (brought.files, "fichier"), (brought.rows, "ligne"), (brought.size, "octet")
        yield f"  partie {part} : {', '.join(say_count(*each) for each in counts)}"
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


def confirmation_line(values: Mapping[str, Any], by: str | None) -> str:
    """From when who reads it; confirmed by nobody yet in a dry run."""
    said = "Serait lue" if by is None else f"Confirmée par {by}, lue"
    day = date.fromisoformat(values["day"])
    return f"{said} dès le {say_day(day)}, à la prochaine ouverture. {_readers(values)}"


def withdrawal_values(found: Withdrawal, register: Register, dry_run: bool) -> dict[str, Any]:
    """What is read no more, which processings read it, what that changed for whom."""
    outcome = found.outcome
    return {
        "version": found.version,
        "dataset": found.dataset,
        "parts": list(found.parts),
        "readers": [] if outcome is None else readers(register, found.dataset, found.parts),
        "destroyed": outcome is None and not dry_run,
        "dry_run": dry_run,
        "outcome": None if outcome is None else asdict(outcome),
    }


def withdrawal_line(values: Mapping[str, Any]) -> str:
    """What is read no more."""
    done = "détruite" if values["outcome"] is None else "retirée"
    said = f"Serait {done}" if values["dry_run"] else done.capitalize()
    what = f"{said} : {values['version']} de {values['dataset']} ({', '.join(values['parts'])})"
    return what if values["outcome"] is None else f"{what} ; les espaces qui la lisent s'arrêtent. {_readers(values)}"


def _readers(values: Mapping[str, Any]) -> str:
    return f"Traitements : {', '.join(values['readers']) or 'aucun'}"


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
