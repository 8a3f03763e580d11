"""A small register that holds together, as an author would write it, and ways to store one on disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policies.files import canonical_json, fingerprint

Values = dict[str, Any]
PROPOSED: Values = {"person": "plead1", "day": "2026-01-05"}
YEAR: Values = {"from": "2026-01-01", "until": "2026-12-31"}
DIGEST = "ab" * 32


def small_register() -> dict[str, Values]:
    """Every document, numbers left out: two people, one dataset of two parts, one processing."""
    return {
        "datalab.yaml": {"name": "Datalab", "contact": "datalab@dinum.test"},
        "people/pana01.yaml": {},
        "people/pexp01.yaml": {},
        "datasets/communes.yaml": dataset("2024", "2025"),
        "projects/aides.yaml": project(**{"aides-eval": processing()}),
    }


def dataset(*parts: str) -> Values:
    """A dataset of open parts with these ids, each after a letter."""
    return {
        "proposed": PROPOSED,
        "name": "Communes",
        "description": "Les communes et leurs populations",
        "producer": "insee",
        "contact": "producteur@insee.test",
        "parts": {f"p{part}": {"proposed": PROPOSED, "name": part, "unit": "place", "regimes": []} for part in parts},
    }


def project(**processings: Values) -> Values:
    """A project with these processings."""
    return {
        "proposed": PROPOSED,
        "name": "Aides",
        "carrier": "minefi",
        "kinds": ["data_sharing"],
        "origin": "call",
        "period": YEAR,
        "contact": "aides@minefi.test",
        "processings": processings,
    }


def processing(**changes: Any) -> Values:
    """A processing with a team of one, one mission, one dataset, one title; keys may be replaced."""
    values: Values = {
        "proposed": PROPOSED,
        "name": "Évaluation des aides",
        "purpose": "etude_economique",
        "recipient": "minefi",
        "legal_basis": {"article": "6_1_e", "text": "décret d'exemple"},
        "controller": "minefi",
        "period": YEAR,
        "team": {"pana01": {"proposed": PROPOSED, "habilitation": YEAR}},
        "missions": {
            "appui": {
                "proposed": PROPOSED,
                "person": "pexp01",
                "skill": "data_science",
                "period": YEAR,
                "letter": "LM-1",
            }
        },
        "datasets": {"communes": {"proposed": PROPOSED, "parts": ["p2025"]}},
        "titles": {"accord": title()},
    }
    return values | changes


def title(**changes: Any) -> Values:
    """An agreement of the producer on one part."""
    values: Values = {
        "proposed": PROPOSED,
        "kind": "accord_producteur",
        "number": "A-1",
        "issuer": "insee",
        "period": YEAR,
        "parts": ["communes/p2025"],
        "file": "accord.pdf",
        "fingerprint": DIGEST,
    }
    return values | changes


def numbered() -> dict[str, Values]:
    """The small register with the numbers that a writer would give."""
    documents = small_register() | {"numbers.yaml": {"person": 2, "processing": 1}}
    documents["people/pana01.yaml"] = {"number": 1}
    documents["people/pexp01.yaml"] = {"number": 2}
    documents["projects/aides.yaml"]["processings"]["aides-eval"]["number"] = 1
    return documents


def changed(documents: Mapping[str, Values], path: str, *keys: str | int, to: Any) -> dict[str, Values]:
    """The documents with one value replaced, deep inside one of them."""
    # Through JSON, so that what two documents share in memory is changed in one of them alone.
    copied: Any = json.loads(json.dumps(documents))
    inner = copied
    for key in (path, *keys[:-1]) if keys else ():
        inner = inner[key]
    inner[keys[-1] if keys else path] = to
    return dict(copied)


def store(
    folder: Path,
    documents: Mapping[str, Values],
    previous: str | None = None,
    moment: str = "2026-02-01T09:00:00Z",
) -> str:
    """Put documents on disk by hand, as a writer would leave them; answers the register's digest."""
    (folder / "history").mkdir(parents=True, exist_ok=True)
    names = {}
    for path, values in documents.items():
        content = canonical_json(values)
        names[path] = fingerprint(content)
        (folder / "history" / names[path]).write_bytes(content)
    recorded = {"actor": "plead1", "reason": "essai", "moment": moment}
    return put_manifest(folder, {"documents": names, "previous": previous, "recorded": recorded})


def put_manifest(folder: Path, manifest: Mapping[str, Any]) -> str:
    """Replace the manifest, as atomically as a writer does."""
    content = canonical_json(manifest)
    waiting = folder / "manifest.waiting"
    waiting.write_bytes(content)
    waiting.rename(folder / "manifest.json")
    (folder / "history" / fingerprint(content)).write_bytes(content)
    return fingerprint(content)
