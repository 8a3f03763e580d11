"""An installation with a past, on disk: the shipped law, a register with approvals, chains; a test sets the clock.

Decisions are made by the real engine on what is on disk, and journaled as the guard and the hub do.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from policies.access.decision import Decision
from policies.access.ground import journaled, make_ground
from policies.access.workspace import decide_workspace
from policies.calendar import paris_day
from policies.contents import Contents
from policies.directory.person import Person
from policies.engine.load import load_law
from policies.engine.past import keep_law
from policies.files import fingerprint
from policies.journal.append import Journal
from policies.journal.entry import Entry
from policies.proofs.keys import read_public_keys
from policies.register.follow import read_register
from policies.settings import Places
from tests.support.judged import KEYS, LAW_FOLDER, PEOPLE, Documents, approved
from tests.support.judged_documents import PROCESSING, TITLE_FILES, judged_documents
from tests.support.small_register import store

Values = dict[str, Any]
ADMINISTRATOR = "padm01"


def documents_with_files() -> dict[str, Values]:
    """The judged documents, whose titles name files that `PastSite` writes."""
    return {path: _with_files(values) for path, values in judged_documents().items()}


def _with_files(value: Any) -> Any:
    """Every entry that names a file has the fingerprint of what is written there: the file's own name."""
    if isinstance(value, list):
        return [_with_files(each) for each in value]
    if not isinstance(value, dict):
        return value
    held = {"fingerprint": fingerprint(value["file"].encode())} if "file" in value else {}
    return {key: _with_files(inner) for key, inner in value.items()} | held


class PastSite:
    """Places, a clock, and what the processes would have done at each moment."""

    def __init__(self, folder: Path) -> None:
        self.places = Places(
            program=folder / "program", law=folder / "program" / "law", state=folder / "state", run=folder / "run"
        )
        self.moment = datetime(2026, 1, 5, 8, tzinfo=UTC)
        self.places.program.mkdir(parents=True)
        self.places.keys.parent.mkdir(parents=True)
        self.places.keys.write_bytes(KEYS.content)
        self.contents = Contents(self.places.grounds)
        self.people: dict[str, Person] = dict(PEOPLE)
        self._starts = 0

    def at(self, text: str) -> PastSite:
        """Set the clock: a moment in UTC, such as 2026-03-02T09:30."""
        self.moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return self

    def journal(self, account: str) -> Journal:
        """The chain of an account, on this clock."""
        return Journal(self.places.journal(account), account, lambda: self.moment)

    def enforce(self, change: Callable[[Path], object] = lambda _: None) -> str:
        """Enforce the shipped law after a change of its files, as the launcher does; its digest."""
        before = load_law(self.places.law).digest if self.places.law.exists() else None
        shutil.rmtree(self.places.law, ignore_errors=True)
        shutil.copytree(LAW_FOLDER, self.places.law)
        change(self.places.law)
        digest = keep_law(self.places.law, self.contents)
        self.journal("launch").append("law_change", {"before": before, "after": digest, "uid": 0, "files": {}})
        return digest

    def write(self, documents: Documents | None = None) -> str:
        """Everything approved, in one change, as the writer stores it; the register's digest."""
        files = self.places.register_folder / "files"
        files.mkdir(parents=True, exist_ok=True)
        for name in TITLE_FILES:
            (files / name).write_bytes(name.encode())
        manifest = self.places.register_folder / "manifest.json"
        before = fingerprint(manifest.read_bytes()) if manifest.exists() else None
        written = approved(documents or documents_with_files())
        digest = store(self.places.register_folder, written, before, self.moment.isoformat())
        said = {"actor": ADMINISTRATOR, "reason": "essai", "before": before, "after": digest}
        self.journal("onboarding").append("register_change", said | {"changed": 1, "documents": {}})
        return digest

    def register(self) -> Any:
        """The register now."""
        return read_register(self.places.register_folder)

    def judge(self, person: str, processing: str = PROCESSING) -> tuple[Decision, Values]:
        """What the guard decides now, and what it journals of it."""
        law, register, keys = load_law(self.places.law), self.register(), read_public_keys(self.places.keys)
        keep_law(self.places.law, self.contents, law.digest)
        self.contents.keep(keys.content)
        who, factors = self.people[person], ("password",)
        decision = decide_workspace(law, register, who, factors, processing, paris_day(self.moment), keys)
        return decision, journaled(decision, make_ground(register, keys, who, factors, processing))

    def open(self, person: str, processing: str = PROCESSING) -> str:
        """A decision and a start, as the guard journals them; the container's id."""
        decision, payload = self.judge(person, processing)
        assert decision.allowed, decision.refusals
        self._starts += 1
        container, workspace = f"{self._starts:064x}", f"{person}--{processing}"
        same = {"workspace": workspace, "config": fingerprint(container.encode())}
        self.journal("guard").append("decision", {"image": "x", **same, **payload})
        parts = {grant.id: grant.version for grant in decision.grants if grant.mode == "read"}
        named = {"person": person, "processing": processing, "container": container, "parts": parts}
        self.journal("guard").append("start", {"law": decision.law, "facts": decision.facts, **same, **named})
        return container

    def close(self, person: str, container: str, reason: str = "asked", processing: str = PROCESSING) -> Entry:
        """A stop, as the guard journals it."""
        named = {"person": person, "processing": processing, "container": container, "reason": reason}
        return self.journal("guard").append("stop", {"workspace": f"{person}--{processing}", **named})

    def refuse(self, person: str, processing: str = PROCESSING) -> Entry:
        """A refusal, as the hub journals it."""
        decision, payload = self.judge(person, processing)
        assert not decision.allowed
        return self.journal("hub").append("refusal", payload)
