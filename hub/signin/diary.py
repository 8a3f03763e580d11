"""What is not journaled is not done: a journal that cannot be written refuses."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from hub.signin.refusals import Refused, RefusedError
from policies.errors import UnavailableError
from policies.journal.append import Journal

log = logging.getLogger("datalab.signin")


class Diary:
    """The sign-in's chain of the journal; what was typed never enters it."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def note(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Journal one thing before it happens; raises RefusedError: then it must not happen."""
        try:
            self._journal.append(kind, payload)
        except UnavailableError as error:
            log.warning("%s", error)
            raise RefusedError(Refused.JOURNAL_UNAVAILABLE) from None

    @contextmanager
    def refusing(self, kind: str, **more: str) -> Iterator[None]:
        """Journal as this kind whatever is refused inside, then let it pass."""
        try:
            yield
        except RefusedError as refusal:
            self.refuse(kind, refusal, **more)
            raise

    def refuse(self, kind: str, refusal: RefusedError, **more: str) -> None:
        """Journal a refusal: its word, and the person when the directory knows one."""
        known = {"person": refusal.person} if refusal.person else {}
        self.note(kind, {"reason": refusal.why.word} | known | more)
