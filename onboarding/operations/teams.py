"""People come into a processing's team for a period, commit themselves, leave; and DINUM's experts on missions."""

from __future__ import annotations

from pathlib import Path

from onboarding.actor import Actor
from onboarding.operations.draft import Draft, Values, given
from onboarding.operations.office import Office, Outcome
from onboarding.operations.refusals import NotNowError
from onboarding.operations.targets import at_processing, nowhere
from onboarding.operations.titles import read_file
from policies.register.project import Mission, TeamEntry


def invite(office: Office, actor: Actor, reason: str, processing: str, person: str, period: Values) -> Outcome:
    """A person's habilitation on a processing counts once a second person approved it; their document is made."""

    def edit(draft: Draft) -> list[str]:
        found, entry = draft.processing(processing)
        draft.person(person)
        entry.setdefault("team", {})[person] = {"habilitation": period, "proposed": draft.proposed()}
        return [f"{found.place}/team/{person}"]

    return office.carry_out("invite", actor, reason, at_processing(processing), edit)


def end_habilitation(office: Office, actor: Actor, reason: str, processing: str, person: str) -> Outcome:
    """Who leaves a team is out at once."""

    def edit(draft: Draft) -> list[str]:
        team = draft.processing(processing)[1].get("team", {})
        draft.end_or_drop(team, person, TeamEntry, "habilitation de", reason)
        return []

    return office.carry_out("end_habilitation", actor, reason, at_processing(processing), edit)


def record_commitment(
    office: Office, actor: Actor, reason: str, processing: str, person: str, day: str, file: Path
) -> Outcome:
    """A signed confidentiality commitment is recorded with its file, by the day of its signature."""
    content = read_file(file)

    def edit(draft: Draft) -> list[str]:
        commitments, name = draft.person(person).setdefault("commitments", {}), f"e{day.replace('-', '')}"
        if name in commitments:
            raise NotNowError(f"{person} : un engagement signé le {day} est déjà au registre")
        kept = draft.keep(file.suffix, content)
        commitments[name] = {"period": {"from": day}, "proposed": draft.proposed()} | kept
        return [f"people/{person}/commitments/{name}"]

    return office.carry_out("record_commitment", actor, reason, at_processing(processing), edit)


def suspend_person(office: Office, actor: Actor, reason: str, person: str) -> Outcome:
    """A suspended person opens nothing, and what they have open ends."""

    def edit(draft: Draft) -> list[str]:
        draft.suspend(draft.document(f"people/{person}.yaml"), person, reason)
        return []

    return office.carry_out("suspend_person", actor, reason, nowhere, edit)


def resume_person(office: Office, actor: Actor, reason: str, person: str) -> Outcome:
    """Who wants a person's suspension lifted proposes it; a second person, not the one concerned, approves the lift."""

    def edit(draft: Draft) -> list[str]:
        draft.lift(draft.document(f"people/{person}.yaml"), person, reason)
        return [f"people/{person}/suspension/lifted"]

    return office.carry_out("resume_person", actor, reason, nowhere, edit)


def agree_mission(office: Office, actor: Actor, reason: str, processing: str, name: str, values: Values) -> Outcome:
    """DINUM agrees to a mission by its letter; it counts once the project's lead approved it. It is never extended.

    `values`: person, skill, period, letter, and what the letter widens. A longer mission is another one.
    """

    def edit(draft: Draft) -> list[str]:
        found, entry = draft.processing(processing)
        missions = entry.setdefault("missions", {})
        if name in missions:
            raise NotNowError(f"{name} : une mission ne se prolonge pas ; accordez-en une autre")
        missions[name] = given(Mission, values) | {"proposed": draft.proposed()}
        draft.person(str(values.get("person")))
        return [f"{found.place}/missions/{name}"]

    return office.carry_out("agree_mission", actor, reason, at_processing(processing), edit)


def end_mission(office: Office, actor: Actor, reason: str, processing: str, name: str) -> Outcome:
    """A mission that ends early ended yesterday."""

    def edit(draft: Draft) -> list[str]:
        missions = draft.processing(processing)[1].get("missions", {})
        draft.end_or_drop(missions, name, Mission, "mission", reason)
        return []

    return office.carry_out("end_mission", actor, reason, at_processing(processing), edit)
