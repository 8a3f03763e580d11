"""What lies in /donnees beside the data: LISEZ-MOI.md for people, catalogue.json for programs."""

from __future__ import annotations

from typing import Any

from policies.access.decision import Decision
from policies.engine.model import Law
from policies.explain.sentences import decision_lines
from policies.files import canonical_json
from policies.register.attested import plain
from policies.register.follow import Register


def render_readme(decision: Decision, register: Register, law: Law) -> str:
    """The decision in French: what is mounted, on which ground, until when, what is refused and why."""
    return "\n".join(decision_lines(decision, register, law)) + "\n"


def render_catalogue(decision: Decision, register: Register) -> str:
    """What the processing is called, and the catalogue entry of every part that is open or described; no row."""
    parts = [_entry(grant.dataset, grant.part, register) for grant in decision.grants]
    found = register.find_processing(decision.processing)
    names = {"project": found.project.name, "name": found.processing.name} if found else {}
    return canonical_json({"processing": decision.processing, **names, "parts": parts}).decode()


def _entry(dataset_id: str, part_id: str, register: Register) -> dict[str, Any]:
    dataset = register.datasets[dataset_id]
    part = plain(dataset.parts[part_id], exclude={"proposed", "approved", "versions", "withdrawals"})
    return {
        "dataset": dataset_id,
        "name": dataset.name,
        "description": dataset.description,
        "producer": dataset.producer,
        "contact": dataset.contact,
        "part": part_id,
        **{f"part_{key}": value for key, value in part.items()},
    }
