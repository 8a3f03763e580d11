"""From an empty register to a part that an analyst reads, in the words of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from onboarding.tree import render_values

PROCESSING, PART = "routes-etude", "menages/p2024"
AT = f"projects/routes/processings/{PROCESSING}"
REASON = ("--reason", "Dossier accepté")


@dataclass(frozen=True)
class Step:
    """What one person types, and words of the answer."""

    who: str
    words: tuple[str, ...]
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cast:
    """The logins of those who act, and the id of the analyst."""

    administrator: str
    second_administrator: str
    direction: str
    lead: str
    officer: str
    producer: str
    analyst: str
    analyst_id: str


def platform(day: date, proposer: str) -> dict[str, Any]:
    """What is true of the datalab itself, as an administrator writes it by hand."""
    term = {"from": day.isoformat(), "until": (day + timedelta(days=365)).isoformat()}
    proposed = {"person": proposer, "day": day.isoformat()}
    return {
        "name": "Datalab",
        "contact": "datalab@dinum.test",
        "homologation": {"proposed": proposed, "scope": "tout", "authority": "dinum", "period": term},
        "hosting": {"proposed": proposed, "kind": "own", "host": "DINUM", "country": "FR"},
    }


def sheets(folder: Path, day: date, version: dict[str, Any]) -> None:
    """The sheets and documents that people bring."""
    term = {"from": day.isoformat(), "until": (day + timedelta(days=365)).isoformat()}
    found: dict[str, dict[str, Any]] = {
        "projet": {
            "name": "Routes", "carrier": "minefi", "kinds": ["public_policy"], "origin": "dinum", "period": term,
            "contact": "routes@minefi.test",
        },
        "traitement": {
            "name": "Étude des routes", "purpose": "statistique_publique", "recipient": "minefi",
            "controller": "minefi", "legal_basis": {"article": "6_1_e", "text": "décret d'exemple"}, "period": term,
            "processors": [{"organisation": "dinum", "act": "ACTE-1", "period": term}], "risk_criteria": [],
        },
        "jeu": {
            "name": "Ménages", "description": "Une enquête", "producer": "insee", "contact": "producteur@insee.test",
        },
        "partie": {
            "name": "2024", "unit": "household", "regimes": ["rgpd", "secret_statistique"],
            "versions": {"livraison-1": version},
            "columns": [{"name": "menage", "type": "texte", "meaning": "un ménage", "identifier": "pseudonym"}],
        },
    }  # fmt: skip
    for name, values in found.items():
        (folder / f"{name}.yaml").write_text(render_values(values), encoding="utf-8")
    for name in ("engagement", "avis", "accord", "derogation"):
        (folder / f"{name}.pdf").write_bytes(f"{name} signé".encode())


def steps(folder: Path, day: date, cast: Cast) -> Iterator[Step]:
    """Every step, with what the datalab says of what is still missing."""
    days = ("--since", day.isoformat(), "--until", (day + timedelta(days=300)).isoformat())

    def sheet(name: str) -> tuple[str, str]:
        return "--from", str(folder / f"{name}.yaml")

    def title(kind: str, name: str, *more: str) -> tuple[str, ...]:
        file = ("--file", str(folder / f"{name}.pdf"))
        named = ("--kind", kind, "--number", f"N-{name}", "--issuer", "insee", *more)
        return "title", "propose", PROCESSING, name, *file, *named, *days, *REASON

    yield Step(cast.administrator, ("register", "record", "--yes", *REASON), ("datalab approve datalab/homologation",))
    yield Step(cast.direction, ("approve", "datalab/homologation"))
    yield Step(cast.direction, ("approve", "datalab/hosting"))
    yield Step(cast.administrator, ("dataset", "create", "menages", *sheet("jeu"), *REASON))
    yield Step(cast.administrator, ("dataset", "part", "menages", "p2024", *sheet("partie"), *REASON))
    yield Step(cast.producer, ("approve", "datasets/menages"))
    yield Step(cast.producer, ("approve", "datasets/menages/parts/p2024"))
    yield Step(
        cast.administrator, ("project", "create", "routes", *sheet("projet"), *REASON), ("n'ouvre et ne ferme rien",)
    )
    yield Step(cast.direction, ("approve", "projects/routes"))
    yield Step(cast.lead, ("processing", "propose", "routes", PROCESSING, *sheet("traitement"), *REASON))
    yield Step(cast.lead, ("processing", "register-sheet", PROCESSING, "RT-9", *REASON))
    yield Step(cast.officer, ("approve", AT))
    yield Step(cast.lead, ("processing", "ask", PROCESSING, "menages", "p2024", *REASON))
    yield Step(cast.producer, ("approve", f"{AT}/datasets/menages"))
    yield Step(
        cast.lead,
        ("team", "invite", PROCESSING, cast.analyst, *days, *REASON),
        ("Reste fermé : l'espace de travail", "pas encore approuvé", "un engagement de confidentialité à votre nom"),
    )
    yield Step(
        cast.administrator,
        ("approve", f"{AT}/team/{cast.analyst_id}"),
        ("Reste fermé : l'espace de travail", "il manque : un engagement de confidentialité à votre nom"),
    )
    commitment = ("team", "commitment", PROCESSING, cast.analyst, "--day", day.isoformat())
    yield Step(cast.administrator, (*commitment, "--file", str(folder / "engagement.pdf"), *REASON))
    yield Step(
        cast.second_administrator,
        ("approve", f"people/{cast.analyst_id}/commitments/e{day:%Y%m%d}"),
        (
            f"Ouvre l'espace de travail de {PROCESSING} à 1 personne ({cast.analyst_id})",
            "Reste fermé : « Ménages : 2024 »",
            "un avis favorable du Comité du secret statistique",
            "un accord signé du service producteur",
            "une dérogation de l'administration des archives",
        ),
    )
    yield Step(cast.lead, title("avis_css", "avis", "--person", cast.analyst))
    yield Step(
        cast.administrator,
        ("approve", f"{AT}/titles/avis"),
        ("Reste fermé : « Ménages : 2024 »", "un accord signé du service producteur"),
    )
    yield Step(cast.lead, title("accord_producteur", "accord", "--part", PART))
    yield Step(
        cast.producer,
        ("approve", f"{AT}/titles/accord"),
        ("il manque : une dérogation de l'administration des archives",),
    )
    yield Step(cast.lead, title("derogation_archives", "derogation", "--part", PART))
    yield Step(cast.administrator, ("approve", f"{AT}/titles/derogation"), ("Ouvre « Ménages : 2024 »", "à 1 personne"))
