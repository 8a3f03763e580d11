"""A register of one processing: two people of one team, one restricted part, one open, one suspended."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from onboarding.writing import Writer
from policies.register.follow import read_register

# containers bear people's ids: another set of tests on this machine has other people
NUMBER = int(os.environ.get("NUMBER", "1"))
PERSON, TEAMMATE, PROCESSING = f"pana{NUMBER:02}", f"pben{NUMBER + 1:02}", "aides-etude"
RESTRICTED, OPEN, SUSPENDED = "revenus", "communes", "sante"
PROPOSED = {"person": "padm01", "day": "2026-01-01"}
YEARS = {"from": "2023-01-01", "until": "2040-12-31"}


class _NoJournal:
    def append(self, kind: str, payload: object) -> None:
        """The register's own journal is not what these tests are about."""


def dataset(regimes: list[str], **more: Any) -> dict[str, Any]:
    part = {
        "name": "2024",
        "regimes": regimes,
        "unit": "household",
        "versions": {"livraison-1": {"day": "2024-01-01", "fingerprint": "0" * 64}},
        "proposed": PROPOSED,
    }
    return {
        "name": "Jeu d'essai",
        "description": "Inventé",
        "producer": "insee",
        "contact": "producteur@example.test",
        "parts": {"p2024": part},
        "proposed": PROPOSED,
    } | more


def project() -> dict[str, Any]:
    entry = {"habilitation": YEARS, "proposed": PROPOSED}
    names = (RESTRICTED, OPEN, SUSPENDED)
    processing = {
        "name": "Étude des aides",
        "purpose": "statistique_publique",
        "recipient": "minsante",
        "legal_basis": {"article": "6_1_e", "text": "code"},
        "controller": "minsante",
        "period": YEARS,
        "profiles": ["petit"],
        "team": {PERSON: entry, TEAMMATE: entry},
        "datasets": {name: {"parts": ["p2024"], "proposed": PROPOSED} for name in names},
        "proposed": PROPOSED,
    }
    return {
        "name": "Aides",
        "carrier": "minsante",
        "kinds": ["public_policy"],
        "origin": "call",
        "period": YEARS,
        "contact": "projet@example.test",
        "processings": {PROCESSING: processing},
        "proposed": PROPOSED,
    }


def documents() -> dict[str, dict[str, Any]]:
    suspension = {"day": "2026-01-02", "by": "padm01", "reason": "essai"}
    return {
        "datalab.yaml": {"name": "Essai", "contact": "essai@example.test"},
        f"datasets/{RESTRICTED}.yaml": dataset(["rgpd"]),
        f"datasets/{OPEN}.yaml": dataset([]),
        f"datasets/{SUSPENDED}.yaml": dataset(["sante"], suspension=suspension),
        f"people/{PERSON}.yaml": {},
        f"people/{TEAMMATE}.yaml": {},
        "projects/aides.yaml": project(),
    }


class GuardedRegister:
    """The register in a folder; `change` writes one document as an author who read it would.

    Numbers that the writer gave are kept, because a number is never given twice.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._writer = Writer(folder, _NoJournal())
        self.documents = documents()
        self._writer.write(self.documents, dict.fromkeys(self.documents), "padm01", "essai")

    def add(self, documents: dict[str, dict[str, Any]]) -> None:
        """New documents, as an author writes them; those that are there already stay."""
        seen = read_register(self._folder)
        new = {path: values for path, values in documents.items() if path not in seen.documents}
        if new:
            self._writer.write(new, dict.fromkeys(new), "padm01", "essai")

    def change(self, path: str, document: dict[str, Any]) -> None:
        seen = read_register(self._folder)
        for name, processing in document.get("processings", {}).items():
            found = seen.find_processing(name)
            assert found
            processing["number"] = found.processing.number
        self._writer.write({path: document}, {path: seen.documents[path]}, "padm01", "essai")
