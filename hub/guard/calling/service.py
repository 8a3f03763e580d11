"""The guard's calls, each answered with a status and a JSON value. Blocking; one at a time per workspace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.guard.calling.calls import Create, Inspect, Remove, Situation, Start, Stop
from hub.guard.errors import GuardError
from hub.guard.judging.judge import Judge
from hub.guard.judging.team import granted
from hub.guard.lifecycle import closing
from hub.guard.lifecycle.creating import create
from hub.guard.lifecycle.starting import Started, give_up, note_answer, start, wait
from hub.guard.parts import Parts
from policies.access.spaces import Label
from policies.names import WorkspaceName


@dataclass(frozen=True)
class Answer:
    """A status, and the value to send; `None`: no content."""

    status: int
    value: Mapping[str, Any] | None = None


class Service:
    """What the hub may ask, done."""

    def __init__(
        self, parts: Parts, judge: Judge, watched: Callable[[], None], clock: Callable[[], datetime], timeout_s: float
    ) -> None:
        self._parts = parts
        self._judge = judge
        self._watched = watched
        self._clock = clock
        self._timeout_s = timeout_s

    def name_of(self, reference: str) -> WorkspaceName:
        """The workspace that a container's id or name stands for."""
        return self._parts.find(reference).name

    def create(self, call: Create, body: Mapping[str, Any]) -> Answer:
        """Docker's answer to a creation; nothing is created while nobody enforces."""
        self._watched()
        identity = create(self._parts, self._judge, call.name, body, self._clock())
        return Answer(201, {"Id": identity, "Warnings": []})

    def start(self, call: Start) -> Started:
        """The container runs and was compared; `wait` says when it answers."""
        self._watched()
        return start(self._parts, self._judge, self._parts.find(call.reference), self._clock())

    def wait(self, started: Started) -> None:
        """Return once the workspace accepts connections; raises FailedStartError when it never does."""
        wait(self._parts, started, self._timeout_s)

    def answered(self, started: Started) -> Answer:
        """No content: it runs and answers."""
        note_answer(self._parts, started)
        return Answer(204)

    def abandon(self, started: Started, error: GuardError) -> None:
        """Remove a workspace that never answered."""
        give_up(self._parts, started, error)

    def stop(self, call: Stop) -> Answer:
        """Stopped, or was already: Docker's 304."""
        own = self._parts.find(call.reference)
        was_running = own.container.running
        closing.stop(self._parts, own, call.seconds)
        return Answer(204 if was_running else 304)

    def remove(self, call: Remove) -> Answer:
        """Gone, with all that was made for it."""
        closing.remove(self._parts, self._parts.find(call.reference))
        return Answer(204)

    def inspect(self, call: Inspect) -> Answer:
        """What became of a container, without its environment and its ticket."""
        return Answer(200, self._parts.find(call.reference).shown())

    def situation(self, call: Situation) -> Answer:
        """By processing: homes sealed today for a person; the known end of what runs; why the last one ended."""
        labels = granted(self._judge.sources, call.names, call.factors, self._clock())
        return Answer(200, {name.processing: self._situation(name, label) for name, label in labels.items()})

    def _situation(self, name: WorkspaceName, label: Label) -> dict[str, Any]:
        choice = self._parts.kept.spaces.home_choice(name, label)
        sealed = [{"label": sorted(s.label), "since": s.since.isoformat()} for s in choice.sealed]
        live, ended = self._parts.present.running.find(name), self._parts.kept.ended.said(name)
        return {
            "sealed": sealed,
            "home": "kept" if choice.home else "new",
            "end": live.announced.model_dump(mode="json") if live and live.announced else None,
            "ended": ended.model_dump(mode="json") if ended else None,
        }
