"""The facts that the law may name, built from register, directory and sign-in.

Declared in `policies/law/facts.yaml`; a test compares both. An entry that nobody rightly approved is
still a fact (`approved: false`), so that the refusal can say so.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from policies.access.approvals import Approvals, Organisations, unapproved
from policies.access.details import (
    exchange_facts,
    legal_basis_facts,
    maybe_period,
    role_conflicts,
    transmission_facts,
)
from policies.access.suspensions import stands
from policies.access.titles import period_fact, team_flaw, title_facts
from policies.directory.person import Person
from policies.files import fingerprint
from policies.register.attested import Attested
from policies.register.datalab import Homologation
from policies.register.follow import FoundProcessing, Register
from policies.register.project import Mission

Facts = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """Who asks for what: one person, signed in with these factors, one processing, one day."""

    register: Register
    found: FoundProcessing
    person: Person
    factors: tuple[str, ...]
    day: date
    approvals: Approvals

    @cached_property
    def at(self) -> Organisations:
        """The organisations whose roles approve what concerns this processing."""
        return Organisations(carrier=self.found.project.carrier, controller=self.found.processing.controller)

    @property
    def carrier(self) -> Organisations:
        """The organisations whose roles lift the suspension of the whole project."""
        return Organisations(carrier=self.found.project.carrier)

    @property
    def themself(self) -> frozenset[str]:
        """Whoever asks: what they approved themselves does not open to them, though it may to others."""
        return frozenset({self.person.id})

    @cached_property
    def project_flaw(self) -> str | None:
        """Why the project does not count, None when it does."""
        place = f"projects/{self.found.project_id}"
        return self.approvals.flaw("project", place, self.found.project, self.at, self.themself)

    @cached_property
    def processing_flaw(self) -> str | None:
        """Why the processing does not count, None when it does."""
        found = self.found
        return self.approvals.flaw("processing", found.place, found.processing, self.at, self.themself)

    def mission_flaw(self, name: str, mission: Mission) -> str | None:
        """Why a mission does not count, None when it does."""
        place = f"{self.found.place}/missions/{name}"
        return self.approvals.flaw("mission", place, mission, self.at, frozenset({mission.person}))


def workspace_facts(subject: Subject) -> Facts:
    """What `open_workspace` is judged on, and every action below it."""
    return {
        "person": _person(subject),
        "signin": _signin(subject),
        "project": _project(subject),
        "processing": _processing(subject),
        "datalab": _datalab(subject),
        "titles": title_facts(subject.register, subject.found, subject.person.id, subject.approvals),
        "access": {"unapproved": _unapproved_access(subject)},
    }


def _signin(subject: Subject) -> Facts:
    """How the person signed in: with the datalab's directory, which knows nothing of ProConnect's claims."""
    claims: Facts = {"acr": None, "roles": [], "population": None, "siret": None}
    return {"method": "directory", "factors": list(subject.factors), **claims}


def _person(subject: Subject) -> Facts:
    person, processing = subject.person, subject.found.processing
    document = subject.register.people.get(person.id)
    return {
        "id": person.id,
        "organisation": person.organisation,
        "roles": sorted(person.roles),
        "suspended": document is not None
        and stands(subject.approvals, f"people/{person.id}", document.suspension, Organisations(), subject.themself),
        "siret": document.siret if document is not None else None,
        "in_group": subject.found.project_id in person.projects,
        "in_team": processing.names(person.id),
    }


def _project(subject: Subject) -> Facts:
    project = subject.found.project
    return {
        "id": subject.found.project_id,
        "name": project.name,
        "carrier": project.carrier,
        "kinds": list(project.kinds),
        "period": period_fact(project.effective),
        "suspended": stands(
            subject.approvals,
            f"projects/{subject.found.project_id}",
            project.suspension,
            subject.carrier,
            subject.themself,
        ),
        "approved": subject.project_flaw is None,
    }


def _processing(subject: Subject) -> Facts:
    processing = subject.found.processing
    return {
        "id": subject.found.id,
        "name": processing.name,
        "purpose": processing.purpose,
        "recipient": processing.recipient,
        "controller": processing.controller,
        "joint_controllers": list(processing.joint_controllers),
        "role_conflicts": role_conflicts(
            subject.found.project, processing, subject.approvals.law.words["organisations"]
        ),
        "processors": [
            {"organisation": each.organisation, "period": period_fact(each.period), "secrets": list(each.secrets)}
            for each in processing.processors
        ],
        "period": period_fact(processing.effective),
        "suspended": stands(
            subject.approvals, subject.found.place, processing.suspension, subject.at, subject.themself
        ),
        "legal_basis": legal_basis_facts(processing),
        "exchange": exchange_facts(processing),
        "transmission": transmission_facts(processing),
        "risk_count": None if processing.risk_criteria is None else len(set(processing.risk_criteria)),
        "register_sheet": processing.register_sheet,
        "impact_assessment": processing.impact_assessment is not None,
        "team": _team(subject),
        "missions": _missions(subject),
        "approved": subject.processing_flaw is None,
    }


def _team(subject: Subject) -> list[Facts]:
    """The person's own entry alone: what others may do is not a fact about this person."""
    entry = subject.found.processing.team.get(subject.person.id)
    if entry is None:
        return []
    flaw = team_flaw(subject.found, subject.person.id, subject.approvals)
    return [
        {
            "person": subject.person.id,
            "period": period_fact(entry.effective),
            "approved": flaw is None,
        }
    ]


def _missions(subject: Subject) -> list[Facts]:
    return [
        {
            "person": mission.person,
            "skill": mission.skill,
            "period": period_fact(mission.effective),
            "approved": subject.mission_flaw(name, mission) is None,
            "widened": [widening.dataset for widening in mission.widened],
        }
        for name, mission in subject.found.processing.missions.items()
        if mission.person == subject.person.id
    ]


def _datalab(subject: Subject) -> Facts:
    datalab = subject.register.datalab
    return {
        "homologation": _homologation(subject, datalab.homologation),
        "hosting": {
            "kind": datalab.hosting.kind if datalab.hosting else None,
            "approved": _stands(subject, "hosting", datalab.hosting),
            "qualification": maybe_period(datalab.hosting.qualification if datalab.hosting else None),
        },
        "health_hosting": {
            "period": maybe_period(datalab.health_hosting.effective if datalab.health_hosting else None),
            "approved": _stands(subject, "health_hosting", datalab.health_hosting),
        },
    }


def _homologation(subject: Subject, homologation: Homologation | None) -> Facts:
    return {
        "period": maybe_period(homologation.effective if homologation else None),
        "approved": _stands(subject, "homologation", homologation),
        "frameworks": list(homologation.frameworks) if homologation else None,
    }


def _stands(subject: Subject, place: str, entry: Attested | None) -> bool | None:
    """Whether what the platform says of itself was rightly approved; absent where it says nothing."""
    if entry is None:
        return None
    kind = "homologation" if place == "homologation" else "hosting"
    return subject.approvals.flaw(kind, f"datalab/{place}", entry, Organisations(), subject.themself) is None


def _unapproved_access(subject: Subject) -> list[str]:
    """What this access rests on and nobody rightly approved; a person's own entries and their frame."""
    processing, person = subject.found.processing, subject.person.id
    flaws = {"le projet": subject.project_flaw, "le traitement": subject.processing_flaw}
    if person in processing.team:
        flaws["votre habilitation"] = team_flaw(subject.found, person, subject.approvals)
    missions = {name: each for name, each in processing.missions.items() if each.person == person}
    mission_flaws = {name: subject.mission_flaw(name, each) for name, each in missions.items()}
    if missions and all(mission_flaws.values()):
        flaws |= {f"votre mission {name}": flaw for name, flaw in mission_flaws.items()}
    return unapproved(flaws)


def digest(facts: object) -> str:
    """The fingerprint of facts, whatever the order of their keys; days are written YYYY-MM-DD."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return fingerprint(text.encode())
