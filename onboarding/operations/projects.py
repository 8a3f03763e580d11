"""A project begins, changes, is suspended, closes. Each function is one verb; each first says its rule."""

from __future__ import annotations

from onboarding.actor import Actor
from onboarding.operations.draft import Draft, Values, given
from onboarding.operations.office import Office, Outcome
from onboarding.operations.refusals import NotNowError
from onboarding.operations.targets import at_project, nowhere
from policies.register.project import Project

FUNDING = frozenset({"funding"})


def path_of(project: str) -> str:
    """The document of a project."""
    return f"projects/{project}.yaml"


def create_project(office: Office, actor: Actor, reason: str, project: str, values: Values) -> Outcome:
    """A project enters the register by an administrator, and counts once DINUM approved it.

    `values`: name, carrier, kinds, origin, period, contact, and funding if any.
    """

    def edit(draft: Draft) -> list[str]:
        own = given(Project, values, FUNDING)
        draft.new(path_of(project), own | {"processings": {}, "proposed": draft.proposed()})
        return [f"projects/{project}"]

    return office.carry_out("create_project", actor, reason, nowhere, edit)


def change_project(office: Office, actor: Actor, reason: str, project: str, values: Values) -> Outcome:
    """A changed project is a new proposal: what an approval signed before counts no longer. Money is not signed."""

    def edit(draft: Draft) -> list[str]:
        document = draft.document(path_of(project))
        own = given(Project, values, FUNDING)
        if own.get("carrier", document["carrier"]) != document["carrier"]:
            raise NotNowError(f"{project} : l'administration porteuse ne change pas ; créez un autre projet")
        return [f"projects/{project}"] if draft.change(Project, document, own) else []

    return office.carry_out("change_project", actor, reason, at_project(project), edit)


def suspend_project(office: Office, actor: Actor, reason: str, project: str) -> Outcome:
    """A suspension is immediate, by one person: nothing of the project opens, and what runs ends."""

    def edit(draft: Draft) -> list[str]:
        draft.suspend(draft.document(path_of(project)), project, reason)
        return []

    return office.carry_out("suspend_project", actor, reason, at_project(project), edit)


def resume_project(office: Office, actor: Actor, reason: str, project: str) -> Outcome:
    """Who wants a suspension lifted proposes it; a second person approves the lift."""

    def edit(draft: Draft) -> list[str]:
        draft.lift(draft.document(path_of(project)), project, reason)
        return [f"projects/{project}/suspension/lifted"]

    return office.carry_out("resume_project", actor, reason, at_project(project), edit)


def close_project(office: Office, actor: Actor, reason: str, project: str) -> Outcome:
    """Access to a project that closes ended yesterday; one that has not begun before today can only be suspended."""

    def edit(draft: Draft) -> list[str]:
        if not draft.end(draft.document(path_of(project)), Project.term, project, reason):
            raise NotNowError(f"{project} : n'a commencé qu'aujourd'hui, ou pas encore ; suspendez-le")
        return []

    return office.carry_out("close_project", actor, reason, at_project(project), edit)


def set_milestone(office: Office, actor: Actor, reason: str, project: str, number: int, day: str, name: str) -> Outcome:
    """A milestone is a review with DINUM: its number, its day and what is looked at; it opens nothing."""

    def edit(draft: Draft) -> list[str]:
        document = draft.document(path_of(project))
        others = [each for each in document.get("milestones", []) if each["number"] != number]
        said = {"number": number, "day": day, "name": name}
        document["milestones"] = sorted([*others, said], key=lambda each: int(each["number"]))
        return []

    return office.carry_out("set_milestone", actor, reason, at_project(project), edit)
