"""The keeper's own chain, in which what it finds wrong is journaled without giving up what it does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from policies.errors import DatalabError
from policies.journal.append import Journal
from policies.journal.entry import BROKEN
from policies.settings import Places

ACCOUNT = "keeper"
log = logging.getLogger("datalab.keeper")


class Diary:
    """The chain of the account `keeper`."""

    def __init__(self, places: Places, clock: Callable[[], datetime]) -> None:
        self.journal = Journal(places.journal(ACCOUNT), ACCOUNT, clock)

    def tell(self, kind: str, payload: Mapping[str, object]) -> None:
        """Journal one thing; where that cannot be, the log has it: other chains must be signed all the same."""
        try:
            self.journal.append(kind, payload)
        except DatalabError:
            log.exception("%s could not be journaled: %s", kind, payload)

    def tell_broken(self, account: str, line: int, flaw: str | None) -> None:
        """Journal a fault of a chain."""
        self.tell(BROKEN, {"account": account, "line": line, "flaw": flaw})
