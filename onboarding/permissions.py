"""Who may do what: one table, operation x role. What does not stand in it is refused.

A role counts in one organisation alone: a project lead is that of the carrier, a producer that of the
dataset, a data protection officer that of the controller or the producer, the others are DINUM's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

from onboarding.actor import Actor
from policies.access.approvals import Organisations
from policies.errors import DatalabError

Role = Literal["project_lead", "producer", "administrator", "dinum", "dpo"]
ROLES: tuple[Role, ...] = get_args(Role)
CALLED: Mapping[Role, str] = MappingProxyType(
    {
        "project_lead": "la cheffe ou le chef de projet de l'administration porteuse",
        "producer": "le producteur du jeu de données",
        "administrator": "un administrateur du Datalab",
        "dinum": "la direction du Datalab à la DINUM",
        "dpo": "la déléguée ou le délégué à la protection des données",
    }
)

TABLE: Mapping[str, tuple[Role, ...]] = MappingProxyType(
    {
        # a project, from its creation to its end
        "create_project": ("administrator",),
        "change_project": ("project_lead", "administrator"),
        "suspend_project": ("project_lead", "dinum", "dpo", "administrator"),
        "resume_project": ("project_lead",),
        "close_project": ("project_lead", "dinum"),
        # a processing: one purpose
        "propose_processing": ("project_lead", "administrator"),
        "change_processing": ("project_lead", "administrator"),
        "suspend_processing": ("project_lead", "dinum", "dpo", "administrator"),
        "resume_processing": ("project_lead",),
        # the data protection officer approves the processing, and so does not propose it
        "set_register_sheet": ("project_lead", "administrator"),
        "set_impact_assessment": ("project_lead", "administrator"),
        # what it asks for
        "ask_dataset": ("project_lead", "administrator"),
        "drop_dataset": ("project_lead", "producer", "administrator"),
        # titles
        "propose_title": ("project_lead", "producer", "administrator"),
        "end_title": ("project_lead", "producer", "dpo", "administrator"),
        # people
        "invite": ("project_lead", "administrator"),
        "end_habilitation": ("project_lead", "dpo", "administrator"),
        "record_commitment": ("project_lead", "administrator"),
        "suspend_person": ("dinum", "administrator"),
        "resume_person": ("administrator",),
        "request_requalification": ("project_lead", "administrator"),
        # missions of DINUM
        "agree_mission": ("dinum",),
        "end_mission": ("project_lead", "dinum", "administrator"),
        # datasets
        "create_dataset": ("producer", "administrator"),
        "change_dataset": ("producer", "administrator"),
        "add_part": ("producer", "administrator"),
        "suspend_dataset": ("producer", "dinum", "dpo", "administrator"),
        "resume_dataset": ("producer",),
        # what its producer delivers; who confirms it, the law says
        "receive_delivery": ("producer", "administrator"),
        "check_delivery": ("producer", "administrator"),
        "withdraw_delivery": ("producer", "dpo", "administrator"),
        # following a project
        "set_milestone": ("project_lead", "administrator"),
        # files that were edited by hand
        "record_by_hand": ("administrator",),
    }
)


class NotPermittedError(DatalabError):
    """Raised when an actor holds none of the roles that an operation asks for, where they must be held."""

    def __init__(self, operation: str, allowed: tuple[Role, ...]) -> None:
        self.operation = operation
        who = " ou ".join(CALLED[role] for role in allowed) or "personne"
        super().__init__(f"{operation} : vous n'avez pas le rôle qu'il faut ici. Peut le faire : {who}.")


def can(operation: str, actor: Actor, at: Organisations) -> bool:
    """Whether an actor holds, in the organisation where it counts, a role that the operation asks for."""
    return any(role in actor.roles and actor.organisation in homes(role, at) for role in TABLE.get(operation, ()))


def homes(role: Role, at: Organisations) -> frozenset[str]:
    """The organisations in which a role counts for a target."""
    if role == "dpo":
        named = {at.carrier, at.controller, at.producer}
        return frozenset(each for each in named if each is not None)
    home = at.of_role(role)
    return frozenset() if home is None else frozenset({home})


def check_permission(operation: str, actor: Actor, at: Organisations) -> None:
    """Raises NotPermittedError with who may."""
    if not can(operation, actor, at):
        raise NotPermittedError(operation, TABLE.get(operation, ()))
