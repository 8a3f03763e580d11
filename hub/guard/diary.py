"""The guard's journal: written before the act; where it cannot be written, nothing starts.

What ended meanwhile is owed to it, and comes before anything else once it can be written.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Mapping
from threading import Lock
from typing import Any

from hub.guard.errors import TroubleError
from policies.calendar import now
from policies.errors import DatalabError
from policies.journal.append import Journal

MOST_OWED = 10_000
log = logging.getLogger("datalab.guard")


class Diary:
    """The chain of the account `guard`, and how many entries of each kind this process wrote."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._counts: Counter[str] = Counter()
        self._owed: deque[tuple[str, Mapping[str, Any]]] = deque(maxlen=MOST_OWED)
        self._lock = Lock()
        self._paying = Lock()

    def write(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Journal one thing durably; raises TroubleError when it cannot be: then it must not happen."""
        self.pay()
        self._append(kind, payload)

    def pay(self) -> None:
        """Journal what is owed, oldest first; raises TroubleError while it cannot be."""
        with self._paying:
            while self._owed:
                self._append(*self._owed[0])
                self._owed.popleft()

    def _append(self, kind: str, payload: Mapping[str, Any]) -> None:
        try:
            self._journal.append(kind, payload)
        except (DatalabError, OSError) as error:
            raise TroubleError("Le journal ne peut pas être écrit : rien n'est démarré.") from error
        with self._lock:
            self._counts[kind] += 1

    def try_to_write(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Journal an end, which happens even when the journal cannot be written: then it is owed, with its moment."""
        try:
            self.write(kind, payload)
        except TroubleError:
            log.exception("%s could not be journaled yet: %s", kind, payload)
            self._owed.append((kind, {**payload, "happened": now().isoformat()}))

    def counts(self) -> dict[str, int]:
        """Entries by kind since this process started."""
        with self._lock:
            return dict(self._counts)
