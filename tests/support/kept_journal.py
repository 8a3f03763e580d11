"""A journal with its keeper and a witness, on disk; a test sets the clock and tampers with what it likes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from onboarding.keeper.audit import Audit, Known, audit
from onboarding.keeper.checkpoint import Checkpoint
from onboarding.keeper.handing import hand
from onboarding.keeper.keys import JournalKey, ensure_keys
from onboarding.keeper.rounds import Keeper
from onboarding.keeper.terms import Terms
from onboarding.keeper.witness import FolderWitness
from policies.journal.append import Journal
from policies.journal.entry import Entry
from policies.proofs.keys import read_public_keys
from policies.proofs.private import PrivateKey
from policies.settings import Places
from tests.support.judged import shipped_law
from tests.support.open_law import write_open_law

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_journal.py"
FIRST_DAY = date(2026, 1, 1)


class KeptJournal:
    """Chains, checkpoints and the witness's copy in one folder, which can be copied and opened again."""

    def __init__(self, folder: Path, at: str = "2026-03-01T08:00") -> None:
        self.folder = folder
        self.places = Places(
            program=folder / "program", law=folder / "program" / "law", state=folder / "state", run=folder / "run"
        )
        self.witness = folder / "witness"
        self.at(at)
        if not self.places.law.exists():
            self.places.program.mkdir(parents=True)
            write_open_law(self.places.law)
            self.witness.mkdir()
            self.journal.mkdir(parents=True)
        self.key: PrivateKey = ensure_keys(self.places, FIRST_DAY)
        self.leapt = timedelta()
        self.keeper = Keeper(self.places, JournalKey(self.places, self.key), lambda: self.moment, self.seconds)

    @property
    def journal(self) -> Path:
        return self.places.journal("")

    def at(self, text: str) -> KeptJournal:
        """Time passes until this moment, in UTC."""
        self.moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return self

    def leap(self, by: timedelta) -> KeptJournal:
        """The time of day leaps, and no time passes."""
        self.moment += by
        self.leapt += by
        return self

    def seconds(self) -> float:
        """What a clock shows that only goes forward."""
        return (self.moment - self.leapt).timestamp()

    def append(self, account: str, kind: str = "start", **payload: Any) -> Entry:
        """Journal one thing in the chain of an account."""
        return Journal(self.places.journal(account), account, lambda: self.moment).append(kind, payload)

    def round(self) -> Checkpoint | None:
        """What the keeper does at each interval."""
        return self.keeper.round()

    def hand(self) -> int:
        """What the keeper's errand does."""
        return hand(self.places, FolderWitness(self.witness), str(self.witness))

    def audit(self, witness: bool = False) -> Audit:
        """What `datalab journal verify` finds, with the law that is shipped."""
        months = Terms(shipped_law()).months
        keys = read_public_keys(self.places.keys)
        return audit(self.journal, Known(keys, months, self.moment, self.witness if witness else None))

    def script(self, witness: bool = False) -> subprocess.CompletedProcess[str]:
        """What the script without our code says."""
        words = [str(self.journal), str(self.places.keys), *([str(self.witness)] if witness else [])]
        command = [sys.executable, "-I", str(SCRIPT), *words]
        return subprocess.run(command, check=False, capture_output=True, text=True)

    def chain(self, account: str) -> Path:
        return self.journal / account / "chain.jsonl"

    def lines(self, account: str) -> list[bytes]:
        return self.chain(account).read_bytes().splitlines(keepends=True)

    def payloads(self, account: str, class_: str, day: str) -> Path:
        return self.journal / account / "payloads" / class_ / f"{day}.jsonl"

    def checkpoints(self) -> list[Path]:
        return sorted((self.journal / "checkpoints").glob("*.jsonl"))


def copied(made: KeptJournal, folder: Path) -> KeptJournal:
    """The same journal elsewhere, its keeper started anew."""
    shutil.copytree(made.folder, folder, dirs_exist_ok=True)
    return KeptJournal(folder, made.moment.strftime("%Y-%m-%dT%H:%M:%S"))


def three_days(folder: Path) -> KeptJournal:
    """Two accounts over three days, signed at the end of each, all of it handed to the witness."""
    made = KeptJournal(folder)
    for day in (1, 2, 3):
        made.at(f"2026-03-0{day}T09:00")
        for number in range(3):
            made.append("guard", "start", person="p7f3k2", day=day, number=number)
            made.append("hub", "refusal", person="p7f3k2", day=day, number=number)
        made.append("guard", "attack", reason="x")
        made.at(f"2026-03-0{day}T18:00").round()
        made.hand()
    return made
