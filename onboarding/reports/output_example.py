"""The record of an output as its author would fill it in: every key with what the law says of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from policies.engine.model import Law

SCHEMA = "output.schema.json"
NOT_FACTS = MappingProxyType(
    {
        "author": "l'identifiant opaque de qui a fait le résultat",
        "approved_by": "les identifiants opaques de qui l'a vérifié, hors l'auteur",
    }
)
TABLE: Mapping[str, object] = MappingProxyType(
    {
        "author": "pk7m2q",
        "kind": "statistics",
        "use": "publication",
        "destination": "outside",
        "approved_by": ["pv3f9h"],
        "description": "Loyers médians par département et type de logement",
        "fingerprint": "0" * 64,
        "size_mb": 0.2,
        "unit": "household",
        "level": "department",
        "localised": False,
        "individual_rows": False,
        "smallest_cell": 25,
        "largest_share": 0.4,
        "secondary_done": True,
        "full_cells": 0,
        "elements": [],
        "identifiers": [],
        "outputs_today": 1,
        "sampled": False,
        "individual_score": False,
        "public_service": False,
    }
)
"""A table of statistics: what the rules ask of it."""
OTHERS: Mapping[str, object] = MappingProxyType(
    {
        "smallest_commune": 2000,
        "recipient": "minsante",
        "system": "le système qui reçoit",
        "columns": ["departement", "loyer_median"],
        "memorisation_checked": True,
        "degrees_of_freedom": 12,
        "repository": "https://code.example/aides",
        "licence": "etalab-2.0",
        "secrets_scanned": True,
        "algorithm_sheet": "https://algorithmes.example/aides",
        "mention": True,
        "rules_published": True,
        "accessibility_day": "2026-01-15",
        "accessibility_rate": 82.0,
        "ecodesign_day": "2026-01-15",
    }
)
"""What is asked of other outputs: models, code, transmissions of names, public services, small areas."""


def render_example(law: Law) -> str:
    """A record in YAML that the model accepts, commented in French."""
    lines = [
        "# Fiche d'un résultat, à juger par « datalab output FICHE --processing P --source JEU/PARTIE ».",
        f"# Son schéma, pour un éditeur, est docs/schemas/{SCHEMA}.",
        "# Ce qui est absent est inconnu. Un tableau de statistiques dit :",
        *_lines(law, TABLE.items()),
        "",
        "# D'autres résultats disent aussi, selon leur nature, leur destinataire ou leur finesse :",
        *(f"# {line}" for line in _lines(law, OTHERS.items())),
    ]
    return "\n".join(lines) + "\n"


def _lines(law: Law, given: Iterable[tuple[str, object]]) -> Iterator[str]:
    for key, value in given:
        yield f"{key}: {json.dumps(value, ensure_ascii=False)}  # {_meaning(law, key)}"


def _meaning(law: Law, key: str) -> str:
    """What the law calls the fact, and the words that it may have."""
    if key in NOT_FACTS:
        return NOT_FACTS[key]
    declared = law.vocabulary.facts[f"output.{key}"]
    unit = f" ({declared.unit})" if declared.unit else ""
    words = law.words.get(declared.words or "", {})
    said = ", ".join(f"{word} ({label})" for word, label in words.items())
    return f"{declared.meaning}{unit}" + (f" ; parmi : {said}" if said else "")
