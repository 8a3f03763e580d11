"""A project begins, changes, is suspended, closes. Each function is one verb; each first says its rule."""

from __future__ import annotations

from datetime import timedelta

from onboarding.actor import Actor
from onboarding.operations.office import AlreadyThereError, Draft, Office, Outcome, Values, at_project, nowhere

CHANGEABLE = ("name", "kinds", "contact", "period", "funding")


def path_of(project: str) -> str:
    """The document of a project."""
    return f"projects/{project}.yaml"


def create_project(office: Office, actor: Actor, reason: str, project: str, values: Values) -> Outcome:
    """A project enters the register by an administrator, and counts once DINUM approved it.

    `values`: name, carrier, kinds, origin, period, contact, and funding if any.
    """

    def edit(draft: Draft) -> list[str]:
        draft.new(path_of(project), {"processings": {}, **values, "proposed": draft.proposed()})
        return [f"projects/{project}"]

    return office.carry_out("create_project", actor, reason, nowhere, edit)


def change_project(office: Office, actor: Actor, reason: str, project: str, values: Values) -> Outcome:
    """A changed project is a new proposal: what an approval signed before counts no longer."""

    def edit(draft: Draft) -> list[str]:
        document = draft.document(path_of(project))
        document |= {key: value for key, value in values.items() if key in CHANGEABLE}
        propose_again(draft, document)
        return [f"projects/{project}"]

    return office.carry_out("change_project", actor, reason, at_project(project), edit)


def suspend_project(office: Office, actor: Actor, reason: str, project: str) -> Outcome:
    """A suspension is immediate, by one person: nothing of the project opens, and what runs ends."""

    def edit(draft: Draft) -> list[str]:
        suspend(draft, draft.document(path_of(project)), project, reason)
        return []

    return office.carry_out("suspend_project", actor, reason, at_project(project), edit)


def close_project(office: Office, actor: Actor, reason: str, project: str) -> Outcome:
    """Access to a project that closes ended yesterday: its period and those of its processings do."""

    def edit(draft: Draft) -> list[str]:
        document = draft.document(path_of(project))
        for each in (document, *document["processings"].values()):
            end_period(draft, each["period"])
        return []

    return office.carry_out("close_project", actor, reason, at_project(project), edit)


def suspend(draft: Draft, values: Values, name: str, reason: str) -> None:
    """Mark an entry as suspended; raises AlreadyThereError when it is."""
    if values.get("suspension"):
        raise AlreadyThereError(f"{name} : est déjà suspendu")
    values["suspension"] = {"day": draft.day.isoformat(), "by": draft.actor.person, "reason": reason}


def end_period(draft: Draft, period: Values) -> None:
    """End a period on the eve, unless it ended before; one that has not begun becomes its first day alone."""
    eve = (draft.day - timedelta(days=1)).isoformat()
    last = max(eve, period["from"])
    if period.get("until") is None or period["until"] > last:
        period["until"] = last


def propose_again(draft: Draft, values: Values) -> None:
    """An entry that changes is proposed by who changes it, and waits for an approval."""
    values["proposed"] = draft.proposed()
    values.pop("approved", None)
