"""Who may approve what waits at a place of the register, as the law says it today, in French."""

from __future__ import annotations

from datetime import date

from onboarding.permissions import CALLED
from policies.engine.model import Law

ENTRIES = {
    "processings": "processing", "team": "team", "missions": "mission", "datasets": "dataset_use", "titles": "title",
    "requalifications": "requalification", "parts": "part", "commitments": "commitment",
}  # fmt: skip
DOCUMENTS = {"projects": "project", "datasets": "dataset"}
PLATFORM = {"homologation": "homologation", "hosting": "hosting", "health_hosting": "hosting"}
ALONE = 2
"""So many words have the place of a whole document: its folder and its id."""


def approval_kind(place: str) -> str:
    """The parameter `approval.<kind>` of the law that names the roles for an entry at a place."""
    words = place.split("/")
    if words[0] == "datalab":
        return PLATFORM[words[1]]
    if words[-1] == "lifted":
        return "lift_dataset" if words[0] == "datasets" else "lift"
    return DOCUMENTS[words[0]] if len(words) == ALONE else ENTRIES[words[-2]]


def say_approvers(law: Law, place: str, day: date) -> str:
    """Whom to ask; nobody where the law names no role."""
    roles = law.parameter(f"approval.{approval_kind(place)}", day) or ()
    words = [called for role, called in CALLED.items() if role in roles]
    return " ou ".join(words) or "personne : la loi ne nomme aucun rôle"
