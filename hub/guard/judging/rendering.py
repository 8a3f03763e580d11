"""The container that a decision gives, rendered by the guard with the settings that the hub has too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hub.guard.errors import AttackError, RefusalError
from hub.guard.judging.asked import Asked
from hub.guard.judging.sources import Snapshot
from hub.guard.settings import GuardSettings
from hub.site import read_site
from hub.workspace.docker import render_container
from hub.workspace.profiles import Profiles
from hub.workspace.spec import Numbers, Site, WorkspaceSpec, make_spec
from policies.access.decision import Decision
from policies.settings import TicketSettings, Values


@dataclass(frozen=True)
class Rendering:
    """What is rendered with; `site` reads the images anew each time, because they may be built again."""

    site: Callable[[], Site]
    profiles: Profiles
    runtime: str
    ticket_age: timedelta

    def spec(self, asked: Asked, decision: Decision, snapshot: Snapshot) -> WorkspaceSpec:
        """The workspace that the decision gives, with the profile that is asked for if it offers it."""
        profile = self.profiles.get(asked.profile)
        if profile is None or asked.profile not in decision.profiles:
            raise AttackError("Demande refusée : la décision n'offre pas ce profil.")
        return make_spec(decision, asked.profile, profile, _numbers(asked, snapshot), self.site())

    def config(self, asked: Asked, spec: WorkspaceSpec) -> dict[str, Any]:
        """Docker's body, whole; only the token and the ticket come from what was asked."""
        return render_container(spec, asked.token, asked.ticket, self.runtime)


def read_rendering(values: Values) -> Rendering:
    """What this installation renders with."""
    return Rendering(
        site=lambda: read_site(values),
        profiles=values.section(Profiles),
        runtime=values.section(GuardSettings).runtime,
        ticket_age=values.section(TicketSettings).max_age,
    )


def _numbers(asked: Asked, snapshot: Snapshot) -> Numbers:
    person = snapshot.register.people.get(asked.name.person)
    found = snapshot.register.find_processing(asked.name.processing)
    if person is None or found is None:
        raise RefusalError("Le registre n'a pas encore donné de numéro à cette personne.")
    return Numbers(person=person.number, processing=found.processing.number)
