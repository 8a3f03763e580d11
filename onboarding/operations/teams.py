"""People come into a processing's team for a period, commit themselves, leave; and DINUM's experts on missions."""

from __future__ import annotations

from pathlib import Path

from onboarding.actor import Actor
from onboarding.operations.office import (
    AlreadyThereError,
    Draft,
    Office,
    Outcome,
    Values,
    at_processing,
    nowhere,
)
from onboarding.operations.projects import end_period, suspend
from onboarding.operations.titles import keep_file, read_file
from policies.files import fingerprint


def invite(office: Office, actor: Actor, reason: str, processing: str, person: str, period: Values) -> Outcome:
    """A person's habilitation on a processing counts once a second person approved it; their document is made."""

    def edit(draft: Draft) -> list[str]:
        found, entry = draft.processing(processing)
        ensure_person(draft, person)
        entry.setdefault("team", {})[person] = {"habilitation": period, "proposed": draft.proposed()}
        return [f"{found.place}/team/{person}"]

    return office.carry_out("invite", actor, reason, at_processing(processing), edit)


def end_habilitation(office: Office, actor: Actor, reason: str, processing: str, person: str) -> Outcome:
    """Who leaves a team is out at once."""

    def edit(draft: Draft) -> list[str]:
        team = draft.processing(processing)[1].get("team", {})
        if person not in team:
            raise AlreadyThereError(f"{processing} : {person} n'est pas de l'équipe")
        end_period(draft, team[person]["habilitation"])
        return []

    return office.carry_out("end_habilitation", actor, reason, at_processing(processing), edit)


def record_commitment(
    office: Office, actor: Actor, reason: str, processing: str, person: str, day: str, file: Path, folder: Path
) -> Outcome:
    """A signed confidentiality commitment is recorded with its file, by the year of its signature."""
    content = read_file(file)
    kept = f"{fingerprint(content)[:16]}{file.suffix.lower()}"

    def edit(draft: Draft) -> list[str]:
        ensure_person(draft, person)
        commitments = draft.document(f"people/{person}.yaml").setdefault("commitments", {})
        name = f"e{day.replace('-', '')}"
        keep_file(folder, kept, content)
        told = {"file": kept, "fingerprint": fingerprint(content), "proposed": draft.proposed()}
        commitments[name] = {"period": {"from": day}} | told
        return [f"people/{person}/commitments/{name}"]

    return office.carry_out("record_commitment", actor, reason, at_processing(processing), edit)


def suspend_person(office: Office, actor: Actor, reason: str, person: str) -> Outcome:
    """A suspended person opens nothing, and what they have open ends."""

    def edit(draft: Draft) -> list[str]:
        suspend(draft, draft.document(f"people/{person}.yaml"), person, reason)
        return []

    return office.carry_out("suspend_person", actor, reason, nowhere, edit)


def agree_mission(office: Office, actor: Actor, reason: str, processing: str, name: str, values: Values) -> Outcome:
    """DINUM agrees to a mission by its letter; it counts once the project's lead approved it. It is never extended.

    `values`: person, skill, period, letter, and what the letter widens. A longer mission is another one.
    """

    def edit(draft: Draft) -> list[str]:
        found, entry = draft.processing(processing)
        missions = entry.setdefault("missions", {})
        if name in missions:
            raise AlreadyThereError(f"{name} : une mission ne se prolonge pas ; accordez-en une autre")
        ensure_person(draft, values["person"])
        missions[name] = values | {"proposed": draft.proposed()}
        return [f"{found.place}/missions/{name}"]

    return office.carry_out("agree_mission", actor, reason, at_processing(processing), edit)


def end_mission(office: Office, actor: Actor, reason: str, processing: str, name: str) -> Outcome:
    """A mission that ends early ended yesterday."""

    def edit(draft: Draft) -> list[str]:
        missions = draft.processing(processing)[1].get("missions", {})
        if name not in missions:
            raise AlreadyThereError(f"{processing} : n'a pas de mission {name}")
        end_period(draft, missions[name]["period"])
        return []

    return office.carry_out("end_mission", actor, reason, at_processing(processing), edit)


def ensure_person(draft: Draft, person: str) -> None:
    """The register knows a person: their document is made when it is not there."""
    path = f"people/{person}.yaml"
    if path not in draft.register.documents and path not in draft.changes:
        draft.new(path, {})
