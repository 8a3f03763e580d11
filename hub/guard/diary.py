"""The guard's journal: written before the act; where it cannot be written, nothing starts."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from threading import Lock
from typing import Any

from hub.guard.errors import TroubleError
from policies.errors import DatalabError
from policies.journal.append import Journal

log = logging.getLogger("datalab.guard")


class Diary:
    """The chain of the account `guard`, and how many entries of each kind this process wrote."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def write(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Journal one thing durably; raises TroubleError when it cannot be: then it must not happen."""
        try:
            self._journal.append(kind, payload)
        except (DatalabError, OSError) as error:
            raise TroubleError("Le journal ne peut pas être écrit : rien n'est démarré.") from error
        with self._lock:
            self._counts[kind] += 1

    def try_to_write(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Journal an end, which happens even when the journal cannot be written."""
        try:
            self.write(kind, payload)
        except TroubleError:
            log.exception("%s could not be journaled: %s", kind, payload)

    def counts(self) -> dict[str, int]:
        """Entries by kind since this process started."""
        with self._lock:
            return dict(self._counts)
