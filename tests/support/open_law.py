"""The real law's words and facts, with four rules: whoever is in the team opens, and reads what is not suspended."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

LAW = Path(__file__).parents[2] / "policies" / "law"
DAY = "2026-05-04"


def _rule(where: dict[str, Any]) -> dict[str, Any]:
    return {
        "effect": "permit",
        "source": {"text": "doctrine-datalab", "article": "DL-01"},
        "in_force": {"from": "2023-01-01"},
        "confidence": "doctrine",
        "where": where,
        "reason": "Vous êtes de l'équipe.",
        "message": "Il manque : {missing}.",
        "ask": "dinum",
    }


def _cases(fact: str, yes: object, no: object) -> list[dict[str, Any]]:
    return [
        {"name": "it permits", "day": DAY, "facts": {fact: yes}, "expect": "permits"},
        {"name": "it does not apply", "day": DAY, "facts": {fact: no}, "expect": "does_not_apply"},
        {"name": "on the eve", "day": "2022-12-31", "facts": {fact: yes}, "expect": "does_not_apply"},
        {"name": "on the day", "day": "2023-01-01", "facts": {fact: yes}, "expect": "permits"},
        {"name": "the fact is missing", "day": DAY, "expect": "error"},
    ]


RULES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "open_workspace": (_rule({"person.in_team": {"is": True}}), _cases("person.in_team", True, False)),
    "mount_part": (_rule({"dataset.suspended": {"is": False}}), _cases("dataset.suspended", False, True)),
    "use_service": (_rule({"service.listed": {"is": True}}), _cases("service.listed", True, False)),
    "combine_parts": (_rule({"person.suspended": {"is": False}}), _cases("person.suspended", False, True)),
}


def write_open_law(folder: Path) -> Path:
    """A law folder that `load_law` and `check_law` accept."""
    for name in ("sources", "parameters", "regimes"):
        shutil.copytree(LAW / name, folder / name)
    for name in ("facts.yaml", "readings.yaml"):
        shutil.copy(LAW / name, folder / name)
    for action, (rule, cases) in RULES.items():
        place = folder / "rules" / action / "DL-01"
        place.mkdir(parents=True)
        (place / "rule.yaml").write_text(yaml.safe_dump(rule, allow_unicode=True), encoding="utf-8")
        (place / "cases.yaml").write_text(yaml.safe_dump(cases, allow_unicode=True), encoding="utf-8")
    return folder


HABILITATED = """\
where:
  some: processing.team
  such_that:
    all:
      - person: {is: {fact: person.id}}
      - period: {contains: day}
"""
HABILITATED_CASES = """\
- name: it permits
  day: 2026-05-04
  facts:
    person.id: pana01
    processing.team: [{person: pana01, period: {from: 2023-01-01, until: 2026-05-04}, approved: true}]
  expect: permits
- name: not after
  day: 2026-05-05
  facts:
    person.id: pana01
    processing.team: [{person: pana01, period: {from: 2023-01-01, until: 2026-05-04}, approved: true}]
  expect: does_not_apply
"""


def open_while_habilitated(folder: Path) -> None:
    """An open law opens to each person of the team as long as their own habilitation lasts."""
    rule = folder / "rules" / "open_workspace" / "DL-01"
    text = (rule / "rule.yaml").read_text(encoding="utf-8")
    (rule / "cases.yaml").write_text(HABILITATED_CASES, encoding="utf-8")
    (rule / "rule.yaml").write_text(text[: text.index("where:")] + HABILITATED, encoding="utf-8")
