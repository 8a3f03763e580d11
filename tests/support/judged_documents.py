"""A register, as documents, in which an analyst and an expert lack nothing: tests take away one thing at a time.

Every period is the year 2026, so that a test that narrows one period knows what ends.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

Values = dict[str, Any]

DAY = date(2026, 5, 4)
ANALYST, TEAMMATE, EXPERT = "pana01", "pben02", "pexp03"
PROJECT, PROCESSING, OTHER_PROCESSING = "aides", "aides-eval", "aides-suivi"
ALLOWANCES, TOWNS, HOUSEHOLDS, TOTALS = "allocs/p2025", "communes/p2025", "menages/p2024", "menages/totaux"
PARTS = (ALLOWANCES, TOWNS, HOUSEHOLDS, TOTALS)
"""What the processing asks for, in the register's order: personal, open, statistical, aggregated statistical."""

PROJECT_FILE = f"projects/{PROJECT}.yaml"
AT = (PROJECT_FILE, "processings", PROCESSING)
"""The keys that lead to the processing, for `changed`."""
PROPOSED: Values = {"person": "pprop1", "day": "2026-01-01"}
YEAR: Values = {"from": "2026-01-01", "until": "2026-12-31"}
TITLE_FILES = {name: name[0] * 64 for name in ("avis.pdf", "accord.pdf", "derogation.pdf", "engagement.pdf")}


def judged_documents() -> dict[str, Values]:
    """Every document, nothing approved yet; each time a copy of its own."""
    documents = {
        "datalab.yaml": {
            "name": "Datalab",
            "contact": "datalab@dinum.test",
            "homologation": {"proposed": PROPOSED, "scope": "tout", "authority": "dinum", "period": YEAR},
            "hosting": {"proposed": PROPOSED, "kind": "own", "host": "DINUM", "country": "FR"},
        },
        "numbers.yaml": {"person": 3, "processing": 2},
        **{f"people/{person}.yaml": _person(number) for number, person in enumerate((ANALYST, TEAMMATE, EXPERT), 1)},
        "datasets/allocs.yaml": _dataset("Allocations", "minefi", {"p2025": part(["rgpd"])}),
        "datasets/communes.yaml": _dataset("Communes", "insee", {"p2025": part([], unit="place")}),
        "datasets/menages.yaml": _dataset(
            "Ménages",
            "insee",
            {"p2024": part(["rgpd", "secret_statistique"]), "totaux": part(["secret_statistique"], aggregated=True)},
        ),
        PROJECT_FILE: _project(),
    }
    copied: dict[str, Values] = json.loads(json.dumps(documents))
    return copied


def part(regimes: list[str] | None, **changes: Any) -> Values:
    """A part with one delivered version; `None` leaves it without qualification."""
    values: Values = {
        "proposed": PROPOSED,
        "name": "Une partie",
        "unit": "household",
        "versions": {"livraison-1": version("2026-01-01")},
        "columns": [{"name": "dossier", "type": "texte", "meaning": "un dossier", "identifier": "pseudonym"}],
    }
    return values | ({} if regimes is None else {"regimes": regimes}) | changes


def version(day: str, **changes: Any) -> Values:
    """A delivery of this day."""
    return {"day": day, "fingerprint": "0" * 64} | changes


def title(kind: str, file: str, **changes: Any) -> Values:
    """A title of the whole processing; `file` is a key of TITLE_FILES without its ending."""
    name = f"{file}.pdf"
    values = {"proposed": PROPOSED, "kind": kind, "number": f"N-{file}", "issuer": "insee", "period": YEAR}
    return values | {"file": name, "fingerprint": TITLE_FILES[name]} | changes


def mission(skill: str, **changes: Any) -> Values:
    """The expert's mission of the year."""
    return {"proposed": PROPOSED, "person": EXPERT, "skill": skill, "period": YEAR, "letter": "LM-1"} | changes


def _person(number: int) -> Values:
    commitment = {
        "proposed": PROPOSED,
        "period": YEAR,
        "file": "engagement.pdf",
        "fingerprint": TITLE_FILES["engagement.pdf"],
    }
    return {"number": number, "commitments": {"e2026": commitment}}


def _dataset(name: str, producer: str, parts: Values) -> Values:
    return {
        "proposed": PROPOSED,
        "name": name,
        "description": "Un jeu d'essai",
        "producer": producer,
        "contact": "producteur@insee.test",
        "parts": parts,
    }


def _project() -> Values:
    evaluation = _processing(1) | {
        "pairings": [[HOUSEHOLDS, ALLOWANCES], [ALLOWANCES, TOTALS], [HOUSEHOLDS, TOTALS]],
        "profiles": ["petit", "grand"],
        "services": ["mlflow"],
        "team": {each: {"proposed": PROPOSED, "habilitation": YEAR} for each in (ANALYST, TEAMMATE, EXPERT)},
        "missions": {"appui": mission("data_science")},
        "datasets": {
            "allocs": {"proposed": PROPOSED, "parts": ["p2025"]},
            "communes": {"proposed": PROPOSED, "parts": ["p2025"]},
            "menages": {"proposed": PROPOSED, "parts": ["p2024", "totaux"]},
        },
        "titles": {
            "avis": title("avis_css", "avis", people=[ANALYST, EXPERT]),
            "accord": title("accord_producteur", "accord", parts=[HOUSEHOLDS, TOTALS]),
            "derogation": title("derogation_archives", "derogation", parts=[HOUSEHOLDS, TOTALS]),
        },
    }
    return {
        "proposed": PROPOSED,
        "name": "Aides",
        "carrier": "minefi",
        "kinds": ["public_policy"],
        "origin": "call",
        "period": YEAR,
        "contact": "aides@minefi.test",
        "processings": {PROCESSING: evaluation, OTHER_PROCESSING: _processing(2) | {"purpose": "pilotage"}},
    }


def _processing(number: int) -> Values:
    return {
        "proposed": PROPOSED,
        "number": number,
        "name": "Évaluation des aides",
        "purpose": "statistique_publique",
        "recipient": "minefi",
        "legal_basis": {"article": "6_1_e", "text": "décret d'exemple"},
        "controller": "minefi",
        "processors": [{"organisation": "dinum", "act": "ACTE-1", "period": YEAR}],
        "period": YEAR,
        "register_sheet": "RT-1",
        "risk_criteria": [],
    }
