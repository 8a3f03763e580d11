"""Everything that can be verified of a journal: chains, contents, terms, checkpoints, the witness's copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from onboarding.keeper.heads import CHECKPOINTS
from onboarding.keeper.ledger import Ledger
from onboarding.keeper.ledger_check import LedgerReport, check_ledger
from policies.errors import UnavailableError
from policies.journal.term import Months
from policies.journal.verify import Report, Term, verify
from policies.proofs.keys import PublicKeys


@dataclass(frozen=True)
class Known:
    """What a journal is verified with: keys, the law's months (None: unreadable), a witness's copy, the moment."""

    keys: PublicKeys
    months: Months | None
    now: datetime
    witness: Path | None = None


@dataclass(frozen=True)
class Audit:
    """What was found: `gone` are chains that were signed and are not there, `unreadable` those that answer nothing."""

    chains: tuple[Report, ...]
    ledger: LedgerReport
    gone: tuple[str, ...]
    unreadable: dict[str, str]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong, as far as can be told."""
        found = (self.gone, self.unreadable, self.ledger.flaw)
        return not any(found) and all(report.sound for report in self.chains)


def audit(journal: Path, known: Known, account: str | None = None) -> Audit:
    """Verify one chain or all; raises UnavailableError when there is nothing that can be read."""
    witness = Ledger(known.witness, strict=False) if known.witness is not None else None
    if witness is not None and not witness.folder.is_dir():
        raise UnavailableError(f"{witness.folder}: no such folder; mount the witness's copy")
    ledger = check_ledger(Ledger(journal / CHECKPOINTS), known.keys, witness)
    wanted = [account] if account is not None else _accounts(journal)
    if not wanted:
        raise UnavailableError(f"{journal}: no chain; nothing was journaled yet")
    chains, unreadable = _verify_each(journal, wanted, known, ledger)
    signed = [name for name, noted in ledger.heads.items() if noted[-1].n and account in (None, name)]
    gone = tuple(sorted(name for name in signed if not _has_chain(journal / name)))
    for name in gone:
        unreadable.pop(name, None)
    return Audit(chains, ledger, gone, unreadable)


def _accounts(journal: Path) -> list[str]:
    try:
        folders = [path for path in journal.iterdir() if path.name != CHECKPOINTS and path.is_dir()]
    except OSError as error:
        raise UnavailableError(f"{journal}: the journal cannot be read: {error.strerror}") from None
    return sorted(path.name for path in folders if any(path.iterdir()))


def _has_chain(folder: Path) -> bool:
    return (folder / "chain.jsonl").exists()


def _verify_each(
    journal: Path, accounts: list[str], known: Known, ledger: LedgerReport
) -> tuple[tuple[Report, ...], dict[str, str]]:
    term = Term(known.months, known.now) if known.months is not None else None
    reports: list[Report] = []
    unreadable: dict[str, str] = {}
    for name in accounts:
        try:
            reports.append(verify(journal / name, ledger.heads.get(name, ()), term))
        except UnavailableError as error:
            unreadable[name] = str(error)
    return tuple(reports), unreadable
