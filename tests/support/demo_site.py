"""A day, a seed and a few communes for tests of the demo's generator."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from policies.settings import Places

Row = dict[str, Any]

DAY = date(2026, 5, 4)
SEED = 2026


def _commune(code: str, name: str, department: str, population: int | None, kind: str = "commune-actuelle") -> Row:
    counted = {} if population is None else {"population": population}
    return {"code": code, "nom": name, "type": kind, "departement": department, "region": "84"} | counted


COMMUNES = [
    _commune("01001", "Petiville", "01", 900),
    _commune("01002", "Valmoyen", "01", 90_000),
    _commune("13055", "Grandport", "13", 800_000),
    _commune("13201", "Grandport 1er", "13", 40_000, kind="arrondissement-municipal"),
    _commune("2A004", "Ajavie", "2A", 70_000),
    _commune("98411", "Île sans habitant", "984", None),
]


def places_in(folder: Path) -> Places:
    """An installation of its own, with the communes of these tests."""
    places = Places(program=folder / "program", law=folder / "law", state=folder / "state", run=folder / "run")
    (places.state / "demo").mkdir(parents=True)
    (places.state / "demo" / "communes.json").write_text(json.dumps(COMMUNES), encoding="utf-8")
    return places
