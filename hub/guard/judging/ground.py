"""What running workspaces are judged on, and how long ago each source was last verified.

A source that cannot be read changes nothing at once: workspaces stand on what was verified last, for
fifteen minutes of a clock that only goes forward. What was verified outlives the guard, so that
restarting it gains nobody time. The time of day may leap: the latest moment seen counts, across restarts too.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Protocol

from hub.guard.judging.sources import Snapshot, Sources
from policies.calendar import boot_seconds, paris_day
from policies.directory.person import DirectoryEntryError, Person
from policies.errors import DatalabError, InvalidFilesError
from policies.files import Closed, canonical_json, parse, read_text, remove_half_written, write_atomic
from policies.settings import Places

STANDING = timedelta(minutes=15)
KEPT_EVERY = timedelta(seconds=20)
BACKWARDS = timedelta(minutes=2)
BOOT = Path("/proc/sys/kernel/random/boot_id")
LONGEST_S = 366 * 86400.0
STARTING_S = 120.0  # who was looked up for a start may run before the next question
log = logging.getLogger("datalab.guard")


class People(Protocol):
    """The directory, as far as enforcement needs it."""

    def person(self, person_id: str) -> Person | None:
        """One person; raises DirectoryEntryError or UnavailableError."""

    def people(self, ids: Iterable[str]) -> Mapping[str, Person | None]:
        """Several people over one connection; raises as `person` does."""


class Kept(Closed):
    """What outlives the guard: the latest moment it ever saw, and when every source was last verified.

    `verified` is in seconds of the steady clock since the machine's start `boot`, which nothing that runs outlives.
    """

    boot: str
    verified: float
    seen: datetime


@dataclass(frozen=True)
class Known:
    """A person as the directory last told, None when it knew none, and when that was (seconds of the steady clock)."""

    person: Person | None
    verified: float


def boot_id() -> str:
    """Which start of the machine those seconds count from."""
    return BOOT.read_text(encoding="ascii").strip()


def kept_file(places: Places) -> Path:
    """Where a guard writes down what the next one takes over; root's."""
    return places.state / "guard" / "verified.json"


def forget_later(file: Path, now: datetime) -> datetime | None:
    """Make the present the latest moment ever seen, on somebody's word, while no guard runs; what it was, if later."""
    if not file.exists():
        return None
    kept = parse(Kept, json.loads(read_text(file)), str(file))
    if kept.seen <= now:
        return None
    write_atomic(file, canonical_json(kept.model_copy(update={"seen": now}).model_dump(mode="json")), 0o600)
    return kept.seen


@dataclass
class Ground:
    """The last verified snapshot and people. Threads may share it. `seconds` is a clock that only goes forward."""

    sources: Sources
    people: People
    file: Path
    seconds: Callable[[], float] = boot_seconds
    snapshot: Snapshot | None = None
    verified: float | None = None
    trouble: dict[str, str] = field(default_factory=dict)
    _known: dict[str, Known] = field(default_factory=dict)
    _kept: Kept | None = None
    _latest: datetime | None = None
    _inherited: float = -math.inf
    _boot: str = field(default_factory=boot_id)
    _lock: Lock = field(default_factory=Lock)
    _writing: Lock = field(default_factory=Lock)

    def begin(self, now: datetime) -> None:
        """Take over what an earlier guard verified; a file that cannot be read vouches for nothing."""
        with suppress(OSError):
            remove_half_written(self.file.parent)
        kept = self._read_kept(Kept(boot=self._boot, verified=self.seconds(), seen=now))
        self._kept, self._latest = kept, max(now, kept.seen)
        self._inherited = min(kept.verified, self.seconds()) if kept.boot == self._boot else -math.inf

    def _read_kept(self, first: Kept) -> Kept:
        if not self.file.exists():
            return first
        try:
            return parse(Kept, json.loads(read_text(self.file)), str(self.file))
        except (InvalidFilesError, ValueError):
            log.exception("%s: cannot be read; nothing counts as verified", self.file)
            return first.model_copy(update={"verified": first.verified - STANDING.total_seconds()})

    def steady(self, now: datetime) -> datetime:
        """The moment to judge at, the latest that was seen: a clock that went back brings no right back."""
        with self._lock:
            self._latest = now if self._latest is None else max(now, self._latest)
            return self._latest

    def went_back(self, now: datetime) -> bool:
        """Whether the machine's clock is behind a moment that was seen already."""
        with self._lock:
            return self._latest is not None and now < self._latest - BACKWARDS

    def read_snapshot(self) -> None:
        """Read law, register and keys again; the snapshot stays the same object while nothing changed."""
        try:
            found = self.sources.snapshot()
        except DatalabError as error:
            self._tell("law, register or keys", str(error))
            return
        self.verified = self.seconds()
        self._tell("law, register or keys", "")
        if self.snapshot is None or _differ(self.snapshot, found):
            self.snapshot = found

    def read_people(self, ids: Iterable[str]) -> None:
        """Ask the directory again about each person; one whose entry is broken is not verified."""
        wanted, asked = sorted(set(ids)), self.seconds()
        try:
            found = self._ask(wanted)
        except DatalabError as error:
            self._tell("directory", str(error))
            return
        self._tell("directory", "")
        with self._lock:
            kept = self._known.items()
            self._known = {id_: known for id_, known in kept if id_ in wanted or known.verified > asked - STARTING_S}
            self._known |= {id_: Known(person, asked) for id_, person in found.items()}

    def _ask(self, ids: list[str]) -> Mapping[str, Person | None]:
        try:
            return self.people.people(ids)
        except DirectoryEntryError:
            return dict(pair for id_ in ids for pair in self._one(id_))

    def _one(self, id_: str) -> list[tuple[str, Person | None]]:
        try:
            return [(id_, self.people.person(id_))]
        except DirectoryEntryError as error:
            log.warning("%s", error)
            return []

    def person(self, person_id: str) -> Person | None:
        """A person looked up now, for a start; remembered, so that what starts is judged from then on."""
        asked = self.seconds()
        found = self.people.person(person_id)
        with self._lock:
            self._known[person_id] = Known(found, asked)
        return found

    def known(self, id_: str) -> Known | None:
        """What the directory last told of a person; None when it was not asked since the guard started."""
        with self._lock:
            return self._known.get(id_)

    def silence(self, id_: str) -> timedelta:
        """How long ago all that a person's workspace rests on was last verified."""
        known = self.known(id_)
        oldest = min(
            self._inherited if self.verified is None else self.verified, known.verified if known else self._inherited
        )
        return timedelta(seconds=min(self.seconds() - oldest, LONGEST_S))

    def keep(self, now: datetime, ids: Iterable[str]) -> None:
        """Write down what was verified, now and then, if the disk takes it; never later than it was.

        A new day is written down at once: what ended with the one before does not come back with the next guard.
        """
        with self._writing:
            self._keep(now, ids)

    def _keep(self, now: datetime, ids: Iterable[str]) -> None:
        silence = max([self.silence(id_) for id_ in ids], default=self._silence_of_files())
        kept = Kept(boot=self._boot, verified=self.seconds() - silence.total_seconds(), seen=self.steady(now))
        if self._kept and not _is_due(self._kept, kept) and self.file.exists():
            return
        self._kept = kept
        try:
            write_atomic(self.file, canonical_json(kept.model_dump(mode="json")), 0o600)
        except OSError as error:
            self._tell(str(self.file), f"cannot be written: {error.strerror}; a guard started anew will know less")
        else:
            self._tell(str(self.file), "")

    def _silence_of_files(self) -> timedelta:
        since = self._inherited if self.verified is None else self.verified
        return timedelta(seconds=min(self.seconds() - since, LONGEST_S))

    def _tell(self, source: str, trouble: str) -> None:
        """Log a source that is lost or back, once."""
        if self.trouble.get(source, "") != trouble:
            self.trouble[source] = trouble
            log.warning("source %s: %s", source, trouble or "readable again")


def _is_due(before: Kept, after: Kept) -> bool:
    """By the steady clock as well: while the time of day is behind what was seen, that does not move."""
    same_day = paris_day(before.seen) == paris_day(after.seen)
    waited = max(after.seen - before.seen, timedelta(seconds=after.verified - before.verified))
    return before.boot != after.boot or not same_day or waited >= KEPT_EVERY


def _differ(before: Snapshot, after: Snapshot) -> bool:
    """Followers give the same object while nothing changed."""
    same = before.law is after.law and before.register is after.register and before.keys == after.keys
    return not same
