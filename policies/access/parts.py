"""The facts of one part of a dataset, of two side by side, of a dataset as a whole, of a service."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from policies.access.approvals import Approvals, Organisations, unapproved
from policies.access.details import forgotten_regimes, holdings, kept_until
from policies.access.facts import Facts, Subject
from policies.access.suspensions import stands
from policies.access.titles import pair_id
from policies.access.versions import next_delivery_of, version_of
from policies.calendar import ONE_DAY
from policies.register.dataset import Dataset, Part


def part_facts(subject: Subject, base: Facts, dataset_id: str, part_id: str, mode: str) -> Facts:
    """What `mount_part` is judged on: the facts of the workspace, and those of one part."""
    dataset = subject.register.datasets[dataset_id]
    part = dataset.parts[part_id]
    return base | {
        "dataset": dataset_facts(subject.approvals, dataset_id, dataset, subject.themself),
        "part": _part(subject, dataset_id, part_id, part, mode),
        "use": _use(subject, dataset_id),
        "access": {"unapproved": _unapproved_part(subject, dataset_id, dataset, part_id, part)},
    }


def dataset_facts(approvals: Approvals, dataset_id: str, dataset: Dataset, who: frozenset[str]) -> Facts:
    """What the law may ask of a dataset as a whole; `who` asks, and may not have approved it themselves."""
    at = Organisations(producer=dataset.producer)
    flaw = approvals.flaw("dataset", f"datasets/{dataset_id}", dataset, at, who)
    return {
        "id": dataset_id,
        "name": dataset.name,
        "producer": dataset.producer,
        "suspended": stands(approvals, f"datasets/{dataset_id}", dataset.suspension, at, who),
        "approved": flaw is None,
        "sensitivity": dataset.sensitivity.level if dataset.sensitivity else None,
    }


def _use(subject: Subject, dataset_id: str) -> Facts:
    found = subject.found
    use = found.processing.datasets[dataset_id]
    return {"cited_in": use.cited_in, "kept_until": kept_until(found.project, found.processing, use)}


def _part(subject: Subject, dataset_id: str, part_id: str, part: Part, mode: str) -> Facts:
    return {
        "id": f"{dataset_id}/{part_id}",
        "name": part.name,
        "dataset": dataset_id,
        "regimes": None if part.regimes is None else list(part.regimes),
        "forgotten_regimes": forgotten_regimes(
            subject.approvals.law, subject.register.datasets[dataset_id], part, subject.day
        )[0],
        **holdings(part),
        "aggregated": part.aggregated,
        "unit": part.unit,
        "year": part.year,
        "mode": mode,
        "version": version_of(subject, dataset_id, part_id),
    }


def facts_until(subject: Subject, dataset_id: str, part_id: str) -> date:
    """The last day on which the facts of a part are surely the same: the eve of a delivery, or of another law."""
    dataset = subject.register.datasets[dataset_id]
    delivery = next_delivery_of(subject, dataset_id, part_id)
    last = forgotten_regimes(subject.approvals.law, dataset, dataset.parts[part_id], subject.day)[1]
    return min(last, delivery - ONE_DAY) if delivery else last


def _unapproved_part(subject: Subject, dataset_id: str, dataset: Dataset, part_id: str, part: Part) -> list[str]:
    at = Organisations(carrier=subject.at.carrier, controller=subject.at.controller, producer=dataset.producer)
    flaw, who = subject.approvals.flaw, subject.themself
    use = subject.found.processing.datasets[dataset_id]
    use_place = f"{subject.found.place}/datasets/{dataset_id}"
    part_place = f"datasets/{dataset_id}/parts/{part_id}"
    return unapproved(
        {
            "le jeu de données": flaw("dataset", f"datasets/{dataset_id}", dataset, at, who),
            "la partie": flaw("part", part_place, part, at, who),
            "son usage par ce traitement": flaw("dataset_use", use_place, use, at, who),
        }
    )


def pair_facts(base: Facts, left: Facts, right: Facts, pairings: frozenset[frozenset[str]]) -> Facts:
    """What `combine_parts` is judged on: two parts that would sit side by side."""
    pair = frozenset({left["id"], right["id"]})
    known = left["regimes"] is not None and right["regimes"] is not None
    return base | {
        "pair": {
            "id": pair_id(left["id"], right["id"]),
            "regimes": sorted({*left["regimes"], *right["regimes"]}) if known else None,
            "left": left["id"],
            "right": right["id"],
            "both_restricted": is_restricted(left) and is_restricted(right),
            "listed": pair in pairings,
        }
    }


def service_facts(base: Facts, service: str, services: tuple[str, ...]) -> Facts:
    """What `use_service` is judged on: the facts of the workspace, and whether the processing lists the service."""
    return base | {"service": {"id": service, "listed": service in services}}


def is_restricted(part: Mapping[str, Any]) -> bool:
    """A part is open only when it was qualified and no regime protects it."""
    return part["regimes"] is None or bool(part["regimes"])
