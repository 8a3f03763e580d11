"""A chain verifies when each line holds the fingerprint of the one before, and each payload its commitment.

Without a witness (a head noted elsewhere) nobody can tell that the end was cut at a line, or that the
end was written anew; `verify` then says so by `witnessed = False`, and counts payloads without a line,
which a cut leaves behind (a crash may leave a few too).
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from policies.errors import UnavailableError
from policies.files import fingerprint
from policies.journal.chain import ChainFolder
from policies.journal.entry import KINDS, PURGED, Entry, genesis, parse_line
from policies.journal.read import PayloadFiles

FlawKind = Literal["changed", "removed", "inserted", "reordered", "truncated", "payload_altered", "payload_removed"]


@dataclass(frozen=True)
class Flaw:
    """The first thing wrong: which kind, at which line of the chain, in words."""

    kind: FlawKind
    line: int
    message: str


@dataclass(frozen=True)
class Witness:
    """A head of the chain noted elsewhere: a number of entries, the last one's fingerprint."""

    n: int
    fingerprint: str


@dataclass(frozen=True)
class Report:
    """What verification found: entries verified, the head to note elsewhere, the first flaw."""

    account: str
    entries: int
    head: Witness
    flaw: Flaw | None
    purged: int
    strays: int
    witnessed: bool

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong, as far as can be told."""
        return self.flaw is None


class _FoundError(Exception):
    """Ends the walk at the first flaw."""

    def __init__(self, kind: FlawKind, line: int, message: str) -> None:
        self.flaw = Flaw(kind, line, message)
        super().__init__(message)


def verify(folder: Path, witness: Witness | None = None) -> Report:
    """Walk through a chain, in use or a copy; raises UnavailableError when it cannot be read."""
    place = ChainFolder(folder, folder.name)
    try:
        with _still(folder):
            size = place.chain.stat().st_size
            files = PayloadFiles(folder)
        with closing(files), place.chain.open("rb") as stream:
            return _Walk(place, stream, size, files, witness).report()
    except OSError as error:
        raise UnavailableError(f"{folder}: the journal cannot be read: {error.strerror}") from None


@contextmanager
def _still(folder: Path) -> Iterator[None]:
    """Keep writers out while sizes are noted; a copy on a read-only disk has no writers."""
    lock = folder / "lock"
    with lock.open("rb") if lock.exists() else nullcontext() as held:
        if held:
            fcntl.flock(held, fcntl.LOCK_SH)
        yield


class _Walk:
    """One pass over a chain."""

    def __init__(
        self, place: ChainFolder, stream: BinaryIO, size: int, files: PayloadFiles, witness: Witness | None
    ) -> None:
        self.place = place
        self.stream = stream
        self.left = size
        self.files = files
        self.witness = witness
        self.n = 0
        self.previous = genesis(place.account)
        self.gone: dict[tuple[str, str], tuple[int, int]] = {}
        self.announced: set[tuple[str, str]] = set()
        self.witnessed = False

    def report(self) -> Report:
        flaw = None
        try:
            while raw := self._next():
                self._take(raw)
            self._check_end()
        except _FoundError as found:
            flaw = found.flaw
        return Report(
            account=self.place.account,
            entries=self.n,
            head=Witness(self.n, self.previous),
            flaw=flaw,
            purged=sum(count for _, count in self.gone.values()),
            strays=0 if flaw else self.files.count_strays(),
            witnessed=self.witnessed,
        )

    def _next(self) -> bytes:
        raw = self.stream.readline(self.left) if self.left else b""
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
            self._check_witness()

    def _refuse_form(self, raw: bytes) -> None:
        line = self.n + 1
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
        if payloads is None:
            first, count = self.gone.get((entry.class_, entry.day), (entry.n, 0))
            self.gone[entry.class_, entry.day] = (first, count + 1)
            return
        payload = payloads.find(entry)
        if payload is None:
            altered = payloads.holds_other(entry)
            kind: FlawKind = "payload_altered" if altered else "payload_removed"
            words = "is not what its line commits to" if altered else "is gone, and its day was not purged"
            raise _FoundError(kind, entry.n, f"the payload of entry {entry.n} {words}")
        if entry.kind == PURGED:
            told = json.loads(payload)
            self.announced |= {(told["class"], day) for day in told["days"]}

    def _check_witness(self) -> None:
        if self.witness is None or self.witness.n != self.n:
            return
        if self.witness.fingerprint != self.previous:
            raise _FoundError("changed", self.n, f"entry {self.n}, or one before, is not the witnessed one")
        self.witnessed = True

    def _check_end(self) -> None:
        if self.witness is not None and self.witness.n > self.n:
            raise _FoundError("truncated", self.n + 1, f"{self.witness.n} entries were witnessed, {self.n} are there")
        for (class_, day), (first, count) in self.gone.items():
            if (class_, day) not in self.announced:
                raise _FoundError(
                    "payload_removed", first, f"{count} payloads of {class_}, {day}, are gone without a purge"
                )
