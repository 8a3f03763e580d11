"""The journal has each file before it passes: whose, which, how large, and the digest of what passed.

JupyterLab saves by itself every two minutes. The entry of a save says beforehand how long and up to
which size it covers later saves of the same file; a save that is covered adds no entry, one that grew
beyond it does. So an upload in the clothes of a save is always seen.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from hub.door.errors import RefusedError
from hub.door.settings import KIB, DoorSettings
from hub.door.target import Target
from policies.errors import UnavailableError
from policies.files import fingerprint
from policies.journal.append import Journal
from policies.names import WorkspaceName

REMEMBERED = 10_000
MINUTE_S = 60
NO_JOURNAL = "Le journal ne peut pas être écrit : aucun fichier ne passe tant que c'est le cas. Prévenez la DINUM."
Key = tuple[WorkspaceName, str]


@dataclass(frozen=True)
class Cover:
    """What an entry of the journal covers: saves up to a size, until a moment of a steady clock."""

    largest: int
    until: float


class Ledger:
    """The door's own chain of the journal."""

    def __init__(self, journal: Journal, settings: DoorSettings, clock: Callable[[], float]) -> None:
        self._journal = journal
        self._growth = settings.saves_growth_kib * KIB
        self._minutes = settings.saves_minutes
        self._clock = clock
        self._covers: OrderedDict[Key, Cover] = OrderedDict()
        self._lock = Lock()

    def shown(self, target: Target, kind: str, content: bytes) -> None:
        """A content is about to be shown; raises RefusedError when that cannot be written down."""
        self._write("file_out", _entry(target.workspace, target.path, kind, content) | {"way": "open"})

    def saved(self, target: Target, kind: str, content: bytes) -> None:
        """A content is about to be saved; raises RefusedError when that cannot be written down."""
        key, now = (target.workspace, target.path), self._clock()
        with self._lock:
            cover = self._covers.get(key)
        if cover and len(content) <= cover.largest and now < cover.until:
            return
        largest = len(content) + self._growth
        covers = {"bytes": largest, "minutes": self._minutes}
        entry = _entry(target.workspace, target.path, kind, content) | {"way": "save", "covers": covers}
        self._write("file_in", entry)
        self._remember(key, Cover(largest, now + self._minutes * MINUTE_S))

    def deposited(self, workspace: WorkspaceName, entry: Mapping[str, Any]) -> None:
        """A file is about to be deposited; raises RefusedError when that cannot be written down."""
        self._write("file_in", {**_whose(workspace), **entry, "way": "deposit"})

    def removed(self, workspace: WorkspaceName, path: str) -> None:
        """A deposited file is about to be removed; raises RefusedError when that cannot be written down."""
        self._write("deposit_removed", _whose(workspace) | {"path": path})

    def _remember(self, key: Key, cover: Cover) -> None:
        with self._lock:
            self._covers[key] = cover
            self._covers.move_to_end(key)
            while len(self._covers) > REMEMBERED:
                self._covers.popitem(last=False)

    def _write(self, kind: str, payload: Mapping[str, Any]) -> None:
        try:
            self._journal.append(kind, payload)
        except UnavailableError:
            raise RefusedError(503, NO_JOURNAL) from None


def _whose(workspace: WorkspaceName) -> dict[str, Any]:
    return {"workspace": str(workspace), "person": workspace.person, "processing": workspace.processing}


def _entry(workspace: WorkspaceName, path: str, kind: str, content: bytes) -> dict[str, Any]:
    known = {"path": path, "kind": kind, "bytes": len(content), "sha256": fingerprint(content)}
    return _whose(workspace) | known
