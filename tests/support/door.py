"""A door of the tests' own: its settings, small enough to reach, and a journal in a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hub.door.ledger import Ledger
from hub.door.settings import DoorSettings
from policies.journal.append import Journal
from policies.journal.read import read_journal
from policies.names import WorkspaceName

NAME = WorkspaceName("p7f3k2", "aides-ciblage")
PLACE = "/user/p7f3k2/aides-ciblage/api/contents"
MIB = 1024 * 1024


def door_settings(**changes: Any) -> DoorSettings:
    """Bounds that a test reaches with a few kilobytes."""
    values: dict[str, Any] = {
        "largest_text_kib": 4, "largest_notebook_kib": 8, "largest_image_kib": 2, "longest_listing": 10,
        "saves_growth_kib": 1, "saves_minutes": 10, "answer_s": 2.0, "body_s": 2.0, "at_once": 8,
        "at_once_per_workspace": 2, "largest_deposit_mib": 1, "deposits_mib": 2, "deposits": 3, "deposit_s": 5.0,
        "deposits_at_once": 2,
    }  # fmt: skip
    return DoorSettings(**(values | changes))


class Diary:
    """The door's journal of a test, and what it holds."""

    def __init__(self, folder: Path, clock: Callable[[], float] = lambda: 0.0, **changes: Any) -> None:
        self.folder = folder / "door"
        self.ledger = Ledger(Journal(self.folder, "door"), door_settings(**changes), clock)

    def entries(self) -> list[tuple[str, dict[str, Any]]]:
        """Kind and payload of each entry, in order."""
        return [(each.entry.kind, each.payload or {}) for each in read_journal(self.folder)]

    def break_it(self) -> None:
        """From now on nothing can be written."""
        chain = self.folder / "chain.jsonl"
        if chain.exists():
            chain.unlink()
        chain.mkdir(parents=True)


def about(name: str, **changes: Any) -> dict[str, Any]:
    """What Jupyter's server says of a file, without its content."""
    known = {
        "name": name, "path": name, "type": "file", "writable": True, "created": "2026-05-04T08:00:00Z",
        "last_modified": "2026-05-04T08:00:00Z", "size": 3, "mimetype": "text/plain", "format": None, "content": None,
        "hash": None, "hash_algorithm": None,
    }  # fmt: skip
    return known | changes


def as_json(values: object) -> bytes:
    return json.dumps(values).encode()
