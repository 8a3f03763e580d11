"""Whether the checkpoints are those that the keeper signed, all of them, and those that the witness has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from onboarding.keeper.checkpoint import GENESIS, Checkpoint, parse_checkpoint
from onboarding.keeper.ledger import Ledger
from policies.calendar import paris_day
from policies.errors import DatalabError
from policies.journal.entry import moment_of
from policies.journal.verify import Noted
from policies.proofs.keys import PublicKeys

LedgerFlawKind = Literal["changed", "removed", "inserted", "forged", "truncated"]


@dataclass(frozen=True)
class LedgerFlaw:
    """The first checkpoint that is not what it must be; `at_witness`: the witness's copy shows it."""

    kind: LedgerFlawKind
    n: int
    at_witness: bool = False


@dataclass(frozen=True)
class LedgerReport:
    """What the checkpoints are worth: how many hold, the last of them, the first flaw, what each chain's head was."""

    count: int
    last: Checkpoint | None
    flaw: LedgerFlaw | None
    heads: dict[str, tuple[Noted, ...]]
    witnessed: int | None = None


class _FoundError(Exception):
    """Ends the walk at the first flaw."""

    def __init__(self, kind: LedgerFlawKind, n: int, at_witness: bool = False) -> None:
        super().__init__(f"checkpoint {n}: {kind}")
        self.flaw = LedgerFlaw(kind, n, at_witness)


def check_ledger(ledger: Ledger, keys: PublicKeys, witness: Ledger | None = None) -> LedgerReport:
    """Walk through the checkpoints, then through the witness's copy; raises UnavailableError when unreadable.

    Heads of checkpoints that hold are given whatever comes after them, the witness's too: chains are then
    compared with every head that somebody signed.
    """
    walk = _Walk(keys)
    try:
        walk.take_all(ledger.lines())
        if witness is not None:
            walk.compare(witness.beyond(0), ledger)
    except _FoundError as found:
        walk.flaw = found.flaw
        if witness is not None and not found.flaw.at_witness:
            walk.borrow(witness.beyond(0))
    return walk.report(witnessed=None if witness is None else walk.witnessed)


@dataclass
class _Walk:
    """Checkpoints read so far."""

    keys: PublicKeys
    prints: list[str] = field(default_factory=list)
    last: Checkpoint | None = None
    flaw: LedgerFlaw | None = None
    witnessed: int = 0
    heads: dict[str, list[Noted]] = field(default_factory=dict)

    def take_all(self, lines: Iterable[bytes]) -> None:
        for raw in lines:
            if raw.endswith(b"\n"):
                self._take(raw)
            # else torn by a crash; were anything cut with it, the next line would not follow

    def _take(self, raw: bytes) -> None:
        n = len(self.prints) + 1
        found = parse_checkpoint(raw)
        if found is None:
            raise _FoundError("changed", n)
        if found.n != n:
            raise _FoundError("removed" if found.n > n else "inserted", n)
        if found.previous != (self.prints[-1] if self.prints else GENESIS):
            raise _FoundError("changed", n - 1 or 1)
        if not self._is_signed(found):
            raise _FoundError("forged", n)
        self.prints.append(found.fingerprint)
        self.last = found
        self._note(found)

    def _is_signed(self, found: Checkpoint) -> bool:
        try:
            day = paris_day(moment_of(found.moment))
            self.keys.check(found.key, day, found.statement, found.signature, "journal")
        except (DatalabError, ValueError):
            return False
        return True

    def _note(self, found: Checkpoint) -> None:
        """Keep the first and the last moment at which a head was seen: in between says nothing more."""
        for account, head in found.heads.items():
            noted = self.heads.setdefault(account, [])
            if len(noted) > 1 and noted[-2].n == noted[-1].n == head.n:
                noted.pop()
            noted.append(Noted(head.n, head.fingerprint, found.moment))

    def compare(self, witnessed: Iterable[Checkpoint], ledger: Ledger) -> None:
        for each in witnessed:
            if each.n > len(self.prints):
                # the keeper may have signed and handed over while this was being read
                self.take_all(later.line for later in ledger.beyond(len(self.prints)))
            if each.n > len(self.prints):
                if self._is_signed(each):
                    self._note(each)
                raise _FoundError("truncated", len(self.prints) + 1, at_witness=True)
            if each.fingerprint != self.prints[each.n - 1]:
                raise _FoundError("changed", each.n, at_witness=True)
            self.witnessed = max(self.witnessed, each.n)

    def borrow(self, witnessed: Iterable[Checkpoint]) -> None:
        """Where ours stop holding, what the witness has of later ones still counts."""
        for each in witnessed:
            if each.n > len(self.prints) and self._is_signed(each):
                self._note(each)

    def report(self, witnessed: int | None) -> LedgerReport:
        heads = {account: tuple(noted) for account, noted in self.heads.items()}
        return LedgerReport(len(self.prints), self.last, self.flaw, heads, witnessed)
