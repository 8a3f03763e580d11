"""The five processings: one purpose each, who works on it, what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from onboarding.demo.content.frame import Document, Frame
from onboarding.demo.content.titles import ALL_SURVEY, EVALUATION, titles_of
from onboarding.demo.people import AIDES, ENTREPRISES, EPHEMERES, ROUTES


@dataclass(frozen=True)
class MissionSpec:
    """An expert's mission; days relative to the frame's; `widened` is a dataset that the letter opens."""

    login: str
    skill: str
    start: int
    end: int
    widened: str | None = None


@dataclass(frozen=True)
class ProcessingSpec:
    """A processing; `parts` in the order in which they are shown and judged."""

    project: str
    name: str
    purpose: str
    controller: str
    founding_text: str
    team: tuple[str, ...]
    missions: dict[str, MissionSpec]
    parts: tuple[str, ...]
    pairings: tuple[tuple[str, str], ...] = ()
    profiles: tuple[str, ...] = ("petit",)
    criteria: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExchangeSpec:
    """An exchange between administrations: its datasets, and the place of the decree that names them."""

    datasets: tuple[str, ...]
    cited_in: str


EXCHANGES = {
    "aides-reperage": ExchangeSpec(("allocataires",), "Décret n° 2023-362, place citée pour la démonstration"),
}


PROCESSINGS = {
    "aides-reperage": ProcessingSpec(
        AIDES, "Repérer les foyers sans aide", "ciblage_usagers", "minsante",
        "Code des relations entre le public et l'administration, article L. 114-8",
        ("c.martin", "a.benali"),
        {"science": MissionSpec("n.faure", "data_science", -60, 90),
         "ingenierie": MissionSpec("h.garnier", "data_engineering", -120, -1)},
        ("communes/population", "allocataires/dossiers", "allocataires/identites", "menages/logements"),
        (("allocataires/dossiers", "allocataires/identites"),), ("petit", "grand"),
        ("scoring", "large_scale", "vulnerable_people")),
    EVALUATION: ProcessingSpec(
        AIDES, "Évaluer l'effet des aides sur le logement", "statistique_publique", "minsante",
        "Loi n° 51-711 du 7 juin 1951",
        ("c.martin", "b.leroy", "r.simon"),
        {"gouvernance": MissionSpec("l.perrin", "data_governance", -30, 60),
         "ingenierie": MissionSpec("t.roux", "data_engineering", 1, 120)},
        ("communes/population", *ALL_SURVEY, "revenus/declarations"),
        tuple(combinations(ALL_SURVEY[:4], 2)), ("petit", "grand")),
    "entreprises-fragiles": ProcessingSpec(
        ENTREPRISES, "Étudier les entreprises fragiles", "etude_economique", "minefi",
        "Décret d'attribution du ministre chargé de l'économie",
        ("e.dupuis", "j.mercier"),
        {"ingenierie": MissionSpec("w.adam", "data_engineering", -45, 45),
         "visualisation": MissionSpec("z.colin", "data_visualisation", -20, 70, widened="entreprises")},
        ("communes/population", "entreprises/etablissements", "comptes/agregats", "comptes/liasses")),
    "routes-pilotage": ProcessingSpec(
        ROUTES, "Suivre les accidents par territoire", "pilotage", "minint",
        "Code de la route, article L. 330-2",
        ("m.diallo", "a.benali"),
        {"visualisation": MissionSpec("z.colin", "data_visualisation", -20, 70)},
        ("communes/population", "accidents/departements", "accidents/usagers", "accidents/vehicules",
         "accidents/constats", "sejours/urgences")),
    "societes-controle": ProcessingSpec(
        EPHEMERES, "Repérer les sociétés éphémères", "lutte_contre_la_fraude", "minint",
        "Code de la sécurité intérieure",
        ("k.nguyen",), {},
        ("communes/population", "entreprises/etablissements"), criteria=("scoring", "large_scale")),
}  # fmt: skip

UNAPPROVED_TEAM = frozenset({("entreprises-fragiles", "j.mercier")})


def processing(frame: Frame, name: str, spec: ProcessingSpec, lead: str) -> Document:
    """A processing of a project, without the number that the writer gives."""
    exchange = {
        "article": "l114_8",
        "use": "information",
        "purge_months": 12,
        "opposition_months": 18,
        "log_months": 36,
    }
    return ({"exchange": exchange} if name in EXCHANGES else {}) | {
        "name": spec.name,
        "purpose": spec.purpose,
        "recipient": spec.controller,
        "legal_basis": {"article": "6_1_e", "text": spec.founding_text},
        "controller": spec.controller,
        "processors": [
            {"organisation": "dinum", "act": f"Acte de sous-traitance DEMO-{name}", "period": frame.period(-290, 400)}
        ],
        "period": frame.period(-290, 400),
        "register_sheet": f"DEMO-FICHE-{name}",
        "impact_assessment": {"day": frame.on(-295), "dpo_opinion": "Avis favorable."},
        "pairings": [list(pair) for pair in spec.pairings],
        "profiles": list(spec.profiles),
        "team": {frame.cast.id(login): _member(frame, (name, login) in UNAPPROVED_TEAM) for login in spec.team},
        "missions": {each: _mission(frame, name, mission) for each, mission in spec.missions.items()},
        "risk_criteria": list(spec.criteria),
        "datasets": _uses(frame, name, spec, lead),
        "titles": titles_of(frame, name),
        "proposed": frame.proposed(lead, before=295),
    }


def _member(frame: Frame, awaited: bool) -> Document:
    since = -5 if awaited else -180
    return {"habilitation": frame.period(since, 180), "proposed": frame.proposed(before=5 - since)}


def _mission(frame: Frame, name: str, spec: MissionSpec) -> Document:
    document: Document = {
        "person": frame.cast.id(spec.login),
        "skill": spec.skill,
        "period": frame.period(spec.start, spec.end),
        "letter": f"Lettre de mission DEMO-{name}-{spec.skill.replace('_', '-')}",
        "proposed": frame.proposed(before=130),
    }
    if spec.widened:
        document["widened"] = [
            {
                "dataset": spec.widened,
                "reason": "Les cartes se vérifient établissement par établissement.",
                "agreement": f"Accord du responsable de traitement DEMO-{name}",
            }
        ]
    return document


def _uses(frame: Frame, processing: str, spec: ProcessingSpec, lead: str) -> Document:
    uses: dict[str, list[str]] = {}
    for dataset, _, part in (each.partition("/") for each in spec.parts):
        uses.setdefault(dataset, []).append(part)
    exchange = EXCHANGES.get(processing, ExchangeSpec((), ""))
    cited = {name: {"cited_in": exchange.cited_in} for name in exchange.datasets}
    said = frame.proposed(lead, before=100)
    return {name: {"parts": parts, "proposed": said} | cited.get(name, {}) for name, parts in uses.items()}
