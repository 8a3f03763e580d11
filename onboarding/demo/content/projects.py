"""The four projects: three kinds of the call, one with two purposes, one suspended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from onboarding.demo.content.frame import Document, Frame
from onboarding.demo.content.processings import PROCESSINGS, processing
from onboarding.demo.people import AIDES, ENTREPRISES, EPHEMERES, ROUTES
from onboarding.suspending import suspension
from policies.files import fingerprint


@dataclass(frozen=True)
class ProjectSpec:
    """A project and who leads it; `suspended` is the reason, where there is one."""

    name: str
    carrier: str
    lead: str
    kinds: tuple[str, ...]
    origin: str
    total: int
    suspended: str | None = None


PROJECTS = {
    AIDES: ProjectSpec("Repérer le non-recours aux aides au logement", "minsante", "v.morel",
                       ("proactive_administration",), "call", 240_000),
    ENTREPRISES: ProjectSpec("Partager les données d'entreprises entre administrations", "minefi", "i.blanc",
                             ("data_sharing",), "convention", 180_000),
    ROUTES: ProjectSpec("Piloter la sécurité routière par les données", "minint", "l.barbier",
                        ("public_policy",), "call", 150_000),
    EPHEMERES: ProjectSpec("Détecter les sociétés éphémères", "minint", "l.barbier",
                           ("public_policy", "data_sharing"), "dinum", 90_000,
                           suspended="Avis de la déléguée à la protection des données attendu sur une source."),
}  # fmt: skip


def projects(frame: Frame) -> dict[str, Document]:
    """Documents `projects/<id>.yaml`, by path, without the numbers that the writer gives."""
    return {f"projects/{name}.yaml": _project(frame, name, spec) for name, spec in PROJECTS.items()}


def _project(frame: Frame, name: str, spec: ProjectSpec) -> Document:
    document: Document = {
        "name": spec.name,
        "carrier": spec.carrier,
        "kinds": list(spec.kinds),
        "origin": spec.origin,
        "period": frame.period(-300, 420),
        "contact": f"{name}@{spec.carrier}.datalab.test",
        "processings": {
            identifier: processing(frame, identifier, each, spec.lead)
            for identifier, each in PROCESSINGS.items()
            if each.project == name
        },
        "funding": {"total": spec.total, "requested": spec.total // 2, "carrier_share": spec.total - spec.total // 2},
        "milestones": [
            {"number": 1, "day": frame.on(-120), "name": "Données reçues, premiers résultats"},
            {"number": 2, "day": frame.on(60), "name": "Résultats présentés au comité de suivi"},
        ],
        "proposed": frame.proposed(spec.lead, before=310),
    }
    if spec.suspended:
        # the same seed and day make the same register, so that this one number is not drawn
        number = fingerprint(f"{frame.cast.seed}:{frame.day}:{name}".encode())[:32]
        day = frame.day - timedelta(days=8)
        document["suspension"] = suspension(day, frame.cast.id("x.masson"), spec.suspended, number)
    return document
