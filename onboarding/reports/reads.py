"""Who read what, from the guard's chain: each start with the decision that it stands on, and its end.

Trusts the chain: whoever asks says whether it verifies. Years of other people's starts are read and not kept. The
chain's order says what came first: where a clock went back, a read is of each day that its moments name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from policies.calendar import paris_day
from policies.journal.entry import moment_of
from policies.journal.read import Recorded, read_journal

GUARD = "guard"
ENDS = frozenset({"stop", "enforcement"})
FOUND_ENDED = "the guard found it ended when it started"
REPLACED = "another one of its name was started"


@dataclass(frozen=True)
class Read:
    """A workspace that ran: `decided` is the entry of its decision, with its payload.

    `back_to`: the earliest moment to which the clock went back while it ran.
    """

    workspace: str
    person: str
    processing: str
    container: str
    parts: Mapping[str, str]
    start: datetime
    entry: str
    decided: Recorded | None
    stop: datetime | None = None
    stop_entry: str | None = None
    reason: str | None = None
    back_to: datetime | None = None


@dataclass(frozen=True)
class Asked:
    """Reads of a part on one of these days, in Paris, by one person or by anyone."""

    part: str
    first: date
    last: date
    person: str | None = None

    def named(self, read: Read) -> bool:
        """Whether a read may be one of them, as far as part and person tell."""
        return self.part in read.parts and self.person in (None, read.person)

    def touched(self, read: Read) -> bool:
        """Whether it was on one of the days; one that has not ended is of every day from its first on."""
        moments = [each for each in (read.start, read.stop, read.back_to) if each is not None]
        ended = read.stop is not None
        return paris_day(min(moments)) <= self.last and not (ended and paris_day(max(moments)) < self.first)


@dataclass(frozen=True)
class Reads:
    """The starts that were asked for, and how many of those days are no longer known."""

    found: tuple[Read, ...]
    forgotten: int


def read_reads(journal: Path, asked: Asked) -> Reads:
    """Those that are asked for, in the order of their starts."""
    gathering = _Gathering(asked)
    for recorded in read_journal(journal / GUARD):
        gathering.take(recorded)
    return Reads(tuple(gathering.done()), gathering.forgotten)


@dataclass
class _Gathering:
    """What was asked for so far, and by workspace: those that run, the decisions that no start stands on yet."""

    asked: Asked
    ended: list[Read] = field(default_factory=list)
    running: dict[str, Read] = field(default_factory=dict)
    decisions: dict[str, dict[str, Recorded]] = field(default_factory=dict)
    forgotten: int = 0
    moment: str = ""

    def take(self, recorded: Recorded) -> None:
        kind, payload = recorded.entry.kind, recorded.payload
        if recorded.entry.moment < self.moment:
            self._went_back(moment_of(recorded.entry.moment))
        self.moment = recorded.entry.moment
        if payload is None:
            if kind == "start":
                day = paris_day(moment_of(recorded.entry.moment))
                self.forgotten += self.asked.first <= day <= self.asked.last
        elif kind == "decision":
            self.decisions.setdefault(_text(payload, "workspace"), {})[_text(payload, "config")] = recorded
        elif kind == "start":
            self._start(recorded, payload)
        elif kind in ENDS:
            self._end(_text(payload, "workspace"), _text(payload, "container"), recorded, _text(payload, "reason"))
        elif kind == "process_started":
            self._found(recorded, payload)

    def _start(self, recorded: Recorded, payload: Mapping[str, Any]) -> None:
        workspace = _text(payload, "workspace")
        if workspace in self.running:  # its end could not be journaled: no two bear one name
            self._end(workspace, self.running[workspace].container, recorded, REPLACED)
        read = Read(
            workspace=workspace,
            person=_text(payload, "person"),
            processing=_text(payload, "processing"),
            container=_text(payload, "container"),
            parts=dict(payload.get("parts") or {}),
            start=moment_of(recorded.entry.moment),
            entry=_name(recorded),
            decided=self._decided(workspace, _text(payload, "config")),
        )
        if self.asked.named(read):
            self.running[workspace] = read

    def _decided(self, workspace: str, config: str) -> Recorded | None:
        """The decision that a start stands on; earlier ones led to nothing and are dropped."""
        waiting = self.decisions.get(workspace, {})
        found = waiting.get(config)
        if found is not None:
            self.decisions[workspace] = {key: each for key, each in waiting.items() if each.entry.n > found.entry.n}
        return found

    def _end(self, workspace: str, container: str, recorded: Recorded, reason: str) -> None:
        read = self.running.get(workspace)
        if read is None or read.container != container:
            return
        del self.running[workspace]
        ended = replace(read, stop=moment_of(recorded.entry.moment), stop_entry=_name(recorded), reason=reason)
        if self.asked.touched(ended):
            self.ended.append(ended)

    def _went_back(self, moment: datetime) -> None:
        """What runs has run until a moment that comes again."""
        for workspace, read in self.running.items():
            self.running[workspace] = replace(read, back_to=min(moment, read.back_to or moment))

    def _found(self, recorded: Recorded, payload: Mapping[str, Any]) -> None:
        """A guard that starts says what runs: what is not among it had ended by then."""
        standing = payload.get("standing") or ()
        for workspace, read in list(self.running.items()):
            if workspace not in standing:
                self._end(workspace, read.container, recorded, FOUND_ENDED)

    def done(self) -> Iterator[Read]:
        lasting = filter(self.asked.touched, self.running.values())
        yield from sorted([*self.ended, *lasting], key=lambda read: read.start)


def _text(payload: Mapping[str, Any], key: str) -> str:
    return str(payload.get(key, ""))


def _name(recorded: Recorded) -> str:
    return f"{GUARD}/{recorded.entry.n}"
