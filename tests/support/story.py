"""From an empty register to a part that an analyst reads, in the words of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from onboarding.tree import render_values

REASON = ("--reason", "Dossier accepté")
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Step:
    """What one person types, and words of the answer."""

    who: str
    words: tuple[str, ...]
    says: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """Who acts (logins), on which new project of which administration, for which part of the Insee's."""

    folder: Path
    day: date
    administrator: str
    second_administrator: str
    direction: str
    lead: str
    officer: str
    producer: str
    analyst: str
    analyst_id: str
    carrier: str
    project: str
    part: str
    part_name: str

    @property
    def processing(self) -> str:
        """The one processing of the project."""
        return f"{self.project}-etude"

    @property
    def place(self) -> str:
        """Where the processing stands in the register."""
        return f"projects/{self.project}/processings/{self.processing}"

    @property
    def term(self) -> dict[str, str]:
        """A year from the story's day."""
        return {"from": self.day.isoformat(), "until": (self.day + YEAR).isoformat()}

    def sheet(self, name: str) -> tuple[str, str]:
        """The option that gives a sheet."""
        return "--from", str(self.folder / f"{name}.yaml")


def platform(story: Story, proposer: str) -> dict[str, Any]:
    """What is true of the datalab itself, as an administrator writes it by hand."""
    proposed = {"person": proposer, "day": story.day.isoformat()}
    return {
        "name": "Datalab",
        "contact": "datalab@dinum.test",
        "homologation": {"proposed": proposed, "scope": "tout", "authority": "dinum", "period": story.term},
        "hosting": {"proposed": proposed, "kind": "own", "host": "DINUM", "country": "FR"},
    }


def write_sheets(story: Story) -> None:
    """The sheets and documents that people bring."""
    term, carrier = story.term, story.carrier
    found: dict[str, dict[str, Any]] = {
        "projet": {
            "name": "Projet d'essai", "carrier": carrier, "kinds": ["public_policy"], "origin": "dinum",
            "period": term, "contact": "projet@example.test",
        },
        "traitement": {
            "name": "Étude d'essai", "purpose": "statistique_publique", "recipient": carrier, "controller": carrier,
            "legal_basis": {"article": "6_1_e", "text": "décret d'exemple"}, "period": term, "risk_criteria": [],
            "processors": [{"organisation": "dinum", "act": "ACTE-1", "period": term}],
        },
        "jeu": {
            "name": "Ménages", "description": "Une enquête", "producer": "insee", "contact": "producteur@insee.test",
        },
        "partie": {
            "name": "2024", "unit": "household", "regimes": ["rgpd", "secret_statistique"],
            "versions": {"livraison-1": {"day": story.day.isoformat(), "fingerprint": "0" * 64}},
            "columns": [{"name": "menage", "type": "texte", "meaning": "un ménage", "identifier": "pseudonym"}],
        },
    }  # fmt: skip
    for name, values in found.items():
        (story.folder / f"{name}.yaml").write_text(render_values(values), encoding="utf-8")
    for name in ("engagement", "avis", "accord", "derogation"):
        (story.folder / f"{name}.pdf").write_bytes(f"{name} signé".encode())


def first_steps(story: Story) -> Iterator[Step]:
    """An empty register: the datalab says what it is, a producer entrusts a part."""
    dataset, _, part = story.part.partition("/")
    record = ("register", "record", "--yes", *REASON)
    yield Step(story.administrator, record, ("datalab approve datalab/homologation",))
    yield Step(story.direction, ("approve", "datalab/homologation"))
    yield Step(story.direction, ("approve", "datalab/hosting"))
    yield Step(story.administrator, ("dataset", "create", dataset, *story.sheet("jeu"), *REASON))
    yield Step(story.administrator, ("dataset", "part", dataset, part, *story.sheet("partie"), *REASON))
    yield Step(story.producer, ("approve", f"datasets/{dataset}"))
    yield Step(story.producer, ("approve", f"datasets/{dataset}/parts/{part}"))


def project_steps(story: Story) -> Iterator[Step]:
    """A project and its processing, with what they ask for."""
    create = ("project", "create", story.project, *story.sheet("projet"), *REASON)
    propose = ("processing", "propose", story.project, story.processing, *story.sheet("traitement"), *REASON)
    dataset, _, part = story.part.partition("/")
    yield Step(story.administrator, create, ("n'ouvre et ne ferme rien",))
    yield Step(story.direction, ("approve", f"projects/{story.project}"))
    yield Step(story.lead, propose, ("peut l'approuver : la déléguée ou le délégué à la protection des données",))
    yield Step(story.lead, ("processing", "register-sheet", story.processing, "RT-9", *REASON))
    yield Step(story.officer, ("approve", story.place))
    yield Step(story.lead, ("processing", "ask", story.processing, dataset, part, *REASON))
    yield Step(story.producer, ("approve", f"{story.place}/datasets/{dataset}"))


def people_steps(story: Story) -> Iterator[Step]:
    """An analyst is let in and commits themself; what is missing is said each time."""
    until = (story.day + timedelta(days=300)).isoformat()
    days = ("--since", story.day.isoformat(), "--until", until)
    closed = "Reste fermé : l'espace de travail"
    commitment = "un engagement de confidentialité à votre nom"
    yield Step(
        story.lead,
        ("team", "invite", story.processing, story.analyst, *days, *REASON),
        (closed, "pas encore approuvé", commitment),
    )
    member = f"{story.place}/team/{story.analyst_id}"
    yield Step(story.administrator, ("approve", member), (closed, f"il manque : {commitment}"))
    signed = ("--day", story.day.isoformat(), "--file", str(story.folder / "engagement.pdf"))
    yield Step(story.administrator, ("team", "commitment", story.processing, story.analyst, *signed, *REASON))
    yield Step(
        story.second_administrator,
        ("approve", f"people/{story.analyst_id}/commitments/e{story.day:%Y%m%d}"),
        (
            f"Ouvre l'espace de travail de {story.processing} à 1 personne ({story.analyst_id})",
            f"Reste fermé : « {story.part_name} »",
            "un avis favorable du Comité du secret statistique",
            "un accord signé du service producteur",
            "une dérogation de l'administration des archives",
        ),
    )


def title_steps(story: Story) -> Iterator[Step]:
    """Three titles, each missing until a second person approved it; with the last, the part opens."""

    def title(kind: str, name: str, *named: str) -> tuple[str, ...]:
        told = (
            "--file",
            str(story.folder / f"{name}.pdf"),
            "--kind",
            kind,
            "--number",
            f"N-{name}",
            "--issuer",
            "insee",
        )
        return "title", "propose", story.processing, name, *told, *named, "--since", story.day.isoformat(), *REASON

    closed = f"Reste fermé : « {story.part_name} »"
    agreement, archives = "un accord signé du service producteur", "une dérogation de l'administration des archives"
    yield Step(story.lead, title("avis_css", "avis", "--person", story.analyst))
    yield Step(story.administrator, ("approve", f"{story.place}/titles/avis"), (closed, agreement, archives))
    yield Step(story.lead, title("accord_producteur", "accord", "--part", story.part))
    yield Step(story.producer, ("approve", f"{story.place}/titles/accord"), (closed, f"il manque : {archives}"))
    yield Step(story.lead, title("derogation_archives", "derogation", "--part", story.part))
    opens = (f"Ouvre « {story.part_name} »", f"à 1 personne ({story.analyst_id})")
    yield Step(story.administrator, ("approve", f"{story.place}/titles/derogation"), opens)


def steps_of_a_project(story: Story) -> Iterator[Step]:
    """From an empty project to a part that its analyst reads."""
    yield from project_steps(story)
    yield from people_steps(story)
    yield from title_steps(story)
