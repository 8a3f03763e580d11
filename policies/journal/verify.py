"""A chain verifies when each line holds the fingerprint of the one before, and each payload its commitment.

Whoever may write a chain may cut its end at a line, or write the end anew: only heads that were noted
elsewhere tell, which checkpoints do, and a witness does for those. `Report.noted` says up to which
entry heads vouch. Payloads without a line are counted: a cut leaves some behind (so may a crash).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Literal

from policies.calendar import parse_day
from policies.errors import UnavailableError
from policies.files import fingerprint
from policies.journal.chain import LONGEST_LINE, ChainFolder
from policies.journal.entry import KINDS, PURGED, Entry, genesis, parse_line, written_moment
from policies.journal.read import PayloadFiles
from policies.journal.regular import open_regular
from policies.journal.term import Months, first_day_kept

FlawKind = Literal[
    "changed", "removed", "inserted", "reordered", "truncated", "payload_altered", "payload_removed", "purged_early"
]
RemarkKind = Literal["clock_back", "clock_ahead"]
TOLERANCE = timedelta(seconds=2)
MOST_REMARKS = 20
_NEVER = "~"  # after every moment


@dataclass(frozen=True)
class Flaw:
    """The first thing wrong: which kind, at which line of the chain, in words."""

    kind: FlawKind
    line: int
    message: str


@dataclass(frozen=True)
class Remark:
    """What is odd and proves nothing by itself: a clock that was set, or a moment that was invented."""

    kind: RemarkKind
    line: int
    message: str


@dataclass(frozen=True)
class Noted:
    """A head of the chain noted elsewhere: a number of entries, the last one's fingerprint, when noted."""

    n: int
    fingerprint: str
    moment: str | None = None


@dataclass(frozen=True)
class Term:
    """How long the law keeps each class, and the present moment: nothing may have been purged before."""

    months: Months
    now: datetime


@dataclass(frozen=True)
class Report:
    """What verification found: entries verified, the head to note elsewhere, the first flaw.

    `noted` is the last entry that a noted head vouches for, 0 when none does.
    """

    account: str
    entries: int
    head: Noted
    flaw: Flaw | None
    purged: int
    strays: int
    noted: int
    remarks: tuple[Remark, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong, as far as can be told."""
        return self.flaw is None


class _FoundError(Exception):
    """Ends the walk at the first flaw."""

    def __init__(self, kind: FlawKind, line: int, message: str) -> None:
        self.flaw = Flaw(kind, line, message)
        super().__init__(message)


def verify(folder: Path, noted: Sequence[Noted] = (), term: Term | None = None) -> Report:
    """Walk through a chain, in use or a copy; raises UnavailableError when it cannot be read."""
    place = ChainFolder(folder, folder.name)
    try:
        with place.still():
            size = place.chain.lstat().st_size
            files = PayloadFiles(folder)
        with closing(files), open_regular(place.chain) as stream:
            return _Walk(place, stream, size, files, _Notes(noted, term)).report()
    except OSError as error:
        raise UnavailableError(f"{folder}: the journal cannot be read: {error.strerror}") from None


class _Notes:
    """What is known from elsewhere: heads in order, the law's terms; and what time they leave room for."""

    def __init__(self, noted: Sequence[Noted], term: Term | None) -> None:
        self.left = sorted(noted, key=lambda head: (head.n, head.moment or ""), reverse=True)
        self.term = term
        self.met = 0
        self.remarks: list[Remark] = []
        self._latest = ""
        self._purges: list[tuple[int, str, str, list[date]]] = []

    def see(self, entry: Entry) -> None:
        """Note when an entry is dated before what came before it."""
        if entry.moment < self._latest and (gap := _gap(entry.moment, self._latest)) > TOLERANCE:
            self._remark("clock_back", entry.n, f"entry {entry.n} is dated {gap} before what came before it")
        self._latest = entry.moment

    def meet(self, n: int, print_: str) -> None:
        """Compare an entry with every head that was noted there."""
        while self.left and self.left[-1].n == n:
            head = self.left.pop()
            if head.fingerprint != print_:
                raise _FoundError("changed", n, f"entry {n}, or one before, is not the noted one")
            self.met = n
            if head.moment is not None:
                self._meet_moment(n, head.moment)

    def _meet_moment(self, n: int, moment: str) -> None:
        if self._latest > moment and (gap := _gap(moment, self._latest)) > TOLERANCE:
            self._remark("clock_ahead", n, f"entry {n} is dated {gap} after it was noted")
        self._latest = max(self._latest, moment)
        self._check_purges(moment)

    def purged(self, entry: Entry, class_: str, days: list[date]) -> None:
        """A purge is judged at the moment at which it was first noted, at its own, or now: the earliest.

        A clock that is ahead brings no term nearer, though keeper and witness have it too.
        """
        self._purges.append((entry.n, entry.moment, class_, days))

    def end(self, n: int) -> None:
        """What remains to be compared once the chain is read."""
        if self.left:
            raise _FoundError("truncated", n + 1, f"{self.left[0].n} entries were noted, {n} are there")
        self._check_purges(_NEVER)

    def _check_purges(self, latest: str) -> None:
        for n, moment, class_, days in self._purges:
            self._check_purge(n, min(moment, latest), class_, days)
        self._purges.clear()

    def _check_purge(self, n: int, moment: str, class_: str, days: list[date]) -> None:
        if self.term is None:
            return
        on = _day(n, min(moment, written_moment(self.term.now)))
        months = self.term.months(class_, on)
        early = [day for day in days if months is None or day >= first_day_kept(on, months)]
        if early:
            raise _FoundError("purged_early", n, f"entry {n} purges {class_} of {early[0]}, before its term")

    def _remark(self, kind: RemarkKind, line: int, message: str) -> None:
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(Remark(kind, line, message))


def _gap(early: str, late: str) -> timedelta:
    """The time between two moments; beyond any tolerance when one of them is no moment at all."""
    try:
        return datetime.fromisoformat(late) - datetime.fromisoformat(early)
    except ValueError:
        return timedelta.max


def _day(n: int, moment: str) -> date:
    try:
        return parse_day(moment[:10])
    except ValueError:
        raise _FoundError("changed", n, f"entry {n} has no moment of the calendar") from None


def _purge(entry: Entry, payload: bytes) -> tuple[str, list[date]]:
    """What a purge announces: a class and days; whoever writes a chain may have written anything."""
    try:
        told = json.loads(payload)
        class_, days = told["class"], [parse_day(day) for day in told["days"]]
        if told.keys() == {"class", "days"} and isinstance(class_, str):
            return class_, days
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise _FoundError("changed", entry.n, f"entry {entry.n} announces a purge and does not say of what")


class _Walk:
    """One pass over a chain."""

    def __init__(self, place: ChainFolder, stream: BinaryIO, size: int, files: PayloadFiles, notes: _Notes) -> None:
        self.place = place
        self.stream = stream
        self.left = size
        self.files = files
        self.notes = notes
        self.n = 0
        self.previous = genesis(place.account)
        self.gone: dict[tuple[str, str], tuple[int, int]] = {}
        self.purged = 0

    def report(self) -> Report:
        flaw = None
        try:
            self.notes.meet(0, self.previous)
            while raw := self._next():
                self._take(raw)
            self._check_end()
        except _FoundError as found:
            flaw = found.flaw
        return Report(
            account=self.place.account,
            entries=self.n,
            head=Noted(self.n, self.previous),
            flaw=flaw,
            purged=self.purged,
            strays=0 if flaw else self.files.count_strays(),
            noted=self.notes.met,
            remarks=tuple(self.notes.remarks),
        )

    def _next(self) -> bytes:
        raw = self.stream.readline(min(self.left, LONGEST_LINE))
        self.left -= len(raw)
        return raw

    def _take(self, raw: bytes) -> None:
        entry = parse_line(raw)
        if entry is None:
            self._refuse_form(raw)
        elif entry.n != self.n + 1:
            self._refuse_number(entry)
        elif entry.previous != self.previous:
            self._refuse_link()
        elif KINDS.get(entry.kind, entry.class_) != entry.class_:
            raise _FoundError("changed", entry.n, f"line {entry.n}: {entry.kind} is no {entry.class_}")
        else:
            self._check_payload(entry)
            self.n, self.previous = entry.n, fingerprint(raw)
            self.notes.see(entry)
            self.notes.meet(self.n, self.previous)

    def _refuse_form(self, raw: bytes) -> None:
        line = self.n + 1
        while not raw.endswith(b"\n") and (more := self._next()):
            raw = more
        if not raw.endswith(b"\n"):
            raise _FoundError(
                "truncated", line, f"line {line} is cut short; if a crash did it, the next append repairs it"
            )
        raise _FoundError("changed", line, f"line {line} is not what a journal writes")

    def _refuse_number(self, entry: Entry) -> None:
        expected = self.n + 1
        if entry.n < expected:
            raise _FoundError("inserted", expected, f"line {expected} holds entry {entry.n} again")
        while raw := self._next():
            later = parse_line(raw)
            if later is not None and later.n == expected:
                raise _FoundError("reordered", expected, f"entry {expected} stands after entry {entry.n}")
        raise _FoundError("removed", expected, f"entries {expected} to {entry.n - 1} are gone")

    def _refuse_link(self) -> None:
        if not self.n:
            raise _FoundError("changed", 1, f"line 1 does not begin the chain of {self.place.account}")
        raise _FoundError("changed", self.n, f"line {self.n} is not the one that line {self.n + 1} follows")

    def _check_payload(self, entry: Entry) -> None:
        payloads = self.files.of(entry.class_, entry.day)
        payload = payloads.find(entry) if payloads else None
        if payload is not None:
            if entry.kind == PURGED:
                self._take_purge(entry, payload)
            return
        if payloads and payloads.holds_other(entry):
            words = f"the payload of entry {entry.n} is not what its line commits to"
            raise _FoundError("payload_altered", entry.n, words)
        first, count = self.gone.get((entry.class_, entry.day), (entry.n, 0))
        self.gone[entry.class_, entry.day] = (first, count + 1)

    def _take_purge(self, entry: Entry, payload: bytes) -> None:
        """What was journaled of its days until now may be gone.

        A clock that is far behind may bring more of such a day afterwards, and that is there.
        """
        class_, days = _purge(entry, payload)
        for day in days:
            _, count = self.gone.pop((class_, day.isoformat()), (0, 0))
            self.purged += count
        self.notes.purged(entry, class_, days)

    def _check_end(self) -> None:
        self.notes.end(self.n)
        for (class_, day), (first, count) in self.gone.items():
            raise _FoundError("payload_removed", first, _gone(first, count, class_, day))


def _gone(first: int, count: int, class_: str, day: str) -> str:
    if count == 1:
        return f"the payload of entry {first} is gone, and its day was not purged"
    return f"{count} payloads of {class_}, {day}, are gone without a purge"
