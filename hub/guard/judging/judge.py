"""The guard judges again what the hub judged: own sources, own decision, own rendering.

The hub's request says what it wants and grants nothing: a workspace is created when both agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from hub.guard.errors import AttackError
from hub.guard.judging.asked import Asked, read_asked
from hub.guard.judging.compare import differences
from hub.guard.judging.deciding import check_allowed, check_same_ground, decide_again
from hub.guard.judging.judgement import Judgement
from hub.guard.judging.nevers import Frame, broken_nevers
from hub.guard.judging.rendering import Rendering
from hub.guard.judging.signed_in import check_signed_in
from hub.guard.judging.sources import Sources
from policies.names import WorkspaceName

SHOWN_DIFFERENCES = 8


class Judge:
    """The second lock."""

    def __init__(self, sources: Sources, rendering: Rendering, run: PurePosixPath) -> None:
        self.sources = sources
        self._rendering = rendering
        self._run = run

    def judge_body(self, name: WorkspaceName, body: Mapping[str, Any], now: datetime) -> Judgement:
        """Judge a request to create: equal to the guard's own rendering, or refused with the reason."""
        judgement = self._judge(read_asked(name, body), now)
        different = differences(body, judgement.config)
        if different:
            places = ", ".join(different[:SHOWN_DIFFERENCES])
            raise AttackError(f"Demande refusée : elle n'est pas celle que la décision donne ({places}).")
        return judgement

    def judge_again(self, name: WorkspaceName, written: Mapping[str, Any], now: datetime) -> Judgement:
        """Judge what was created, from what is written on it; raises when something changed since."""
        return self._judge(read_asked(name, written), now)

    def _judge(self, asked: Asked, now: datetime) -> Judgement:
        """Decide and render for a person who has signed in, on the ground that the hub judged on."""
        snapshot = self.sources.snapshot()
        ticket = check_signed_in(asked, snapshot.keys, now, self._rendering.ticket_age)
        decided = decide_again(self.sources, snapshot, asked.name, ticket.factors, now)
        check_same_ground(asked, decided.decision)
        check_allowed(decided)
        spec = self._rendering.spec(asked, decided.decision, snapshot)
        config = self._rendering.config(asked, spec)
        self._check_nevers(asked.name, config)
        return Judgement(decided, spec, config, ticket.signed_at, snapshot)

    def _check_nevers(self, name: WorkspaceName, config: Mapping[str, Any]) -> None:
        broken = broken_nevers(config, Frame(str(name), self._run, self._rendering.runtime))
        if broken:
            raise AttackError(f"Demande refusée : aucun espace de travail ne reçoit cela ({', '.join(broken)}).")
