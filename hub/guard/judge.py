"""The guard judges again what the hub judged: own sources, own decision, own rendering.

The hub's request says what it wants and grants nothing: a workspace is created when both agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from hub.guard.asked import Asked, read_asked
from hub.guard.compare import config_fingerprint, differences
from hub.guard.errors import AttackError, RefusalError, StaleRequestError
from hub.guard.nevers import Frame, broken_nevers
from hub.guard.signed_in import check_signed_in
from hub.guard.sources import Snapshot, Sources
from hub.workspace.docker import render_container
from hub.workspace.profiles import Profiles
from hub.workspace.spec import Numbers, Site, WorkspaceSpec, make_spec
from policies.access.decision import Decision
from policies.access.workspace import UnknownProcessingError, decide_workspace
from policies.calendar import paris_day
from policies.names import WorkspaceName

SHOWN_DIFFERENCES = 8


@dataclass(frozen=True)
class Rendering:
    """The settings that hub and guard render with; `site` reads the images anew each time."""

    site: Callable[[], Site]
    profiles: Profiles
    runtime: str
    ticket_age: timedelta


@dataclass(frozen=True)
class Judgement:
    """What the guard would create itself: its decision, and the whole definition of the container."""

    decision: Decision
    spec: WorkspaceSpec
    config: Mapping[str, Any]
    factors: tuple[str, ...]
    signed_at: datetime
    snapshot: Snapshot

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the container's definition."""
        return config_fingerprint(self.config)


class Judge:
    """The second lock."""

    def __init__(self, sources: Sources, rendering: Rendering) -> None:
        self._sources = sources
        self._with = rendering

    def judge_body(self, name: WorkspaceName, body: Mapping[str, Any], now: datetime) -> Judgement:
        """Judge a request to create: equal to the guard's own rendering, or refused with the reason."""
        judgement = self.judge(read_asked(name, body), now)
        different = differences(body, judgement.config)
        if different:
            places = ", ".join(different[:SHOWN_DIFFERENCES])
            raise AttackError(f"Demande refusée : elle n'est pas celle que la décision donne ({places}).")
        self._check_nevers(judgement)
        return judgement

    def judge_again(self, name: WorkspaceName, written: Mapping[str, Any], now: datetime) -> Judgement:
        """Judge what was created, from what is written on it; raises when something changed since."""
        return self.judge(read_asked(name, written), now)

    def judge(self, asked: Asked, now: datetime) -> Judgement:
        """Decide and render for a person who has signed in, on the digests that the hub judged."""
        snapshot = self._sources.snapshot()
        ticket = check_signed_in(asked, snapshot.keys, now, self._with.ticket_age)
        decision = self.decide(asked.name, ticket.factors, now, snapshot)
        _check_fresh(asked, decision)
        if not decision.allowed:
            raise RefusalError(_refusal(decision))
        spec = self._spec(asked, decision, snapshot)
        config = render_container(spec, asked.token, asked.ticket, self._with.runtime)
        return Judgement(decision, spec, config, ticket.factors, ticket.signed_at, snapshot)

    def decide(
        self, name: WorkspaceName, factors: tuple[str, ...], now: datetime, snapshot: Snapshot | None = None
    ) -> Decision:
        """The guard's own decision, on its own look-up of the person."""
        snapshot = snapshot or self._sources.snapshot()
        person = self._sources.person(name.person)
        if person is None:
            raise RefusalError("L'annuaire ne connaît pas cette personne.")
        try:
            return decide_workspace(
                snapshot.law, snapshot.register, person, factors, name.processing, paris_day(now), snapshot.keys
            )
        except UnknownProcessingError:
            raise RefusalError("Le registre ne connaît pas ce traitement.") from None

    def _spec(self, asked: Asked, decision: Decision, snapshot: Snapshot) -> WorkspaceSpec:
        profile = self._with.profiles.get(asked.profile)
        if profile is None or asked.profile not in decision.profiles:
            raise AttackError("Demande refusée : la décision n'offre pas ce profil.")
        return make_spec(decision, asked.profile, profile, _numbers(asked.name, snapshot), self._with.site())

    def _check_nevers(self, judgement: Judgement) -> None:
        run = PurePosixPath(self._with.site().run)
        frame = Frame(str(judgement.spec.name), run, self._with.runtime)
        broken = broken_nevers(judgement.config, frame)
        if broken:
            raise AttackError(f"Demande refusée : aucun espace de travail ne reçoit cela ({', '.join(broken)}).")


def _check_fresh(asked: Asked, decision: Decision) -> None:
    """The hub judged on the same law, facts and day, or decides again."""
    own = {
        "la loi a changé": (asked.law, decision.law),
        "les faits ont changé": (asked.facts, decision.facts),
        "le jour a changé": (asked.day, decision.day.isoformat()),
    }
    for what, (theirs, ours) in own.items():
        if theirs != ours:
            raise StaleRequestError(what)


def _refusal(decision: Decision) -> str:
    reasons = [refusal.message for refusal in decision.refusals]
    return " ".join(reasons) or "Aucune règle ne permet d'ouvrir cet espace de travail."


def _numbers(name: WorkspaceName, snapshot: Snapshot) -> Numbers:
    person = snapshot.register.people.get(name.person)
    found = snapshot.register.find_processing(name.processing)
    if person is None or found is None:
        raise RefusalError("Le registre n'a pas encore donné de numéro à cette personne.")
    return Numbers(person=person.number, processing=found.processing.number)
