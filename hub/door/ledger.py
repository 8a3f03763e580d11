"""The journal has each file before it passes: whose, which, how large, and the digest of what passed.

JupyterLab saves by itself every two minutes. The entry of a save says beforehand how long, up to which
size and how many saves of the same file it covers; a save that is covered adds no entry, one that grew
beyond it or is one too many does. So an upload in the clothes of a save is always seen. An entry covers
nothing before the workspace has taken its own save; one that the workspace refused, or of which nobody
knows whether it took it, is followed by a second entry that says so.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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
    """What an entry of the journal covers: so many more saves up to a size, until a moment of a steady clock."""

    largest: int
    until: float
    more: int


@dataclass(frozen=True)
class Entered:
    """What an entry says came in: by what it is known again, and what it covers once that is true."""

    workspace: WorkspaceName
    known: Mapping[str, Any]
    cover: Cover | None = None


@dataclass
class Outcome:
    """How it ended: whether it is there, and the status with which somebody refused it."""

    kept: bool = False
    status: int | None = None

    @property
    def word(self) -> str:
        """`refused` when that was said; else `unknown`, for it may be there all the same."""
        return "refused" if self.status and 400 <= self.status < 500 else "unknown"


class Ledger:
    """The door's own chain of the journal."""

    def __init__(self, journal: Journal, settings: DoorSettings, clock: Callable[[], float]) -> None:
        self._journal = journal
        self._growth = settings.saves_growth_kib * KIB
        self._minutes = settings.saves_minutes
        self._saves = settings.saves
        self._clock = clock
        self._covers: OrderedDict[Key, Cover] = OrderedDict()
        self._lock = Lock()

    def shown(self, target: Target, kind: str, content: bytes) -> None:
        """A content is about to be shown; raises RefusedError when that cannot be written down."""
        self._write("file_out", _entry(target.workspace, target.path, kind, content) | {"way": "open"})

    def saved(self, target: Target, kind: str, content: bytes) -> Entered | None:
        """A content is about to be saved, None when an entry covers it; raises RefusedError without a journal."""
        key, now = (target.workspace, target.path), self._clock()
        if self._covered(key, len(content), now):
            return None
        cover = Cover(len(content) + self._growth, now + self._minutes * MINUTE_S, self._saves - 1)
        covers = {"bytes": cover.largest, "minutes": self._minutes, "saves": self._saves}
        entry = _entry(target.workspace, target.path, kind, content) | {"way": "save", "covers": covers}
        self._write("file_in", entry)
        return Entered(target.workspace, entry, cover)

    def deposited(self, workspace: WorkspaceName, entry: Mapping[str, Any]) -> Entered:
        """A file is about to be deposited; raises RefusedError when that cannot be written down."""
        entry = {**_whose(workspace), **entry, "way": "deposit"}
        self._write("file_in", entry)
        return Entered(workspace, entry)

    def ended(self, entered: Entered, outcome: Outcome) -> None:
        """It is there, or the journal says that it may not be; raises RefusedError when that cannot be written down."""
        if not outcome.kept:
            known = {key: entered.known[key] for key in ("path", "sha256", "way")}
            told = {"outcome": outcome.word, "status": outcome.status}
            self._write("file_in_outcome", _whose(entered.workspace) | known | told)
        elif entered.cover:
            self._remember((entered.workspace, entered.known["path"]), entered.cover)

    def removed(self, workspace: WorkspaceName, path: str) -> None:
        """A deposited file is about to be removed; raises RefusedError when that cannot be written down."""
        self._write("deposit_removed", _whose(workspace) | {"path": path})

    def _covered(self, key: Key, size: int, now: float) -> bool:
        """Whether an entry covers this save, which is then one that it covers less."""
        with self._lock:
            cover = self._covers.get(key)
            if cover is None or size > cover.largest or now >= cover.until or not cover.more:
                return False
            self._covers[key] = replace(cover, more=cover.more - 1)
            return True

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
