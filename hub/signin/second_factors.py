"""What happens to second factors: a code is taken, a factor is enrolled, removed or reset; each journaled first.

Each of these reads and writes under one lock, so that of two that come at once the second sees what
the first did: a code is taken once, a factor is replaced only by whoever has seen the present one.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from hub.signin.diary import Diary
from hub.signin.factor_store import FactorStore
from hub.signin.factors import Factor, Patience, Verdict, judge_code
from hub.signin.refusals import Refused, RefusedError
from policies.errors import UnavailableError

log = logging.getLogger("datalab.signin")
REFUSALS = {
    Verdict.WRONG: Refused.WRONG_CODE,
    Verdict.USED: Refused.USED_CODE,
    Verdict.NOT_LOOKED_AT: Refused.TOO_MANY_CODES,
}


class SecondFactors:
    """The second factors of everyone; raises RefusedError wherever something is not to be."""

    def __init__(self, store: FactorStore, diary: Diary, patience: Patience) -> None:
        self._store = store
        self._diary = diary
        self._patience = patience

    def take(self, person: str, code: str, moment: datetime) -> str | None:
        """The id of the person's factor once this code of it is taken; None when they have none and gave no code.

        For whoever has shown the password: the answers tell whether a person has a factor.
        """
        with self._change(person):
            factor = self._store.find(person)
            if factor is None and code:
                raise RefusedError(Refused.NO_FACTOR, person)
            if factor is None:
                return None
            if not code:
                raise RefusedError(Refused.CODE_NEEDED, person)
            verdict, remembered = judge_code(factor, code, moment, self._patience)
            if remembered != factor:
                self._store.write(remembered)
        if verdict is not Verdict.RIGHT:
            raise RefusedError(REFUSALS[verdict], person)
        return factor.id

    def enrol(self, person: str, secret: str, step: int, moment: datetime, replaces: str | None) -> None:
        """Make this secret the person's factor, whose code of a step was just shown, in place of the one they had."""
        with self._change(person):
            self._check_unchanged(person, replaces)
            self._diary.note("factor_enrolled", {"person": person, "replaced": replaces is not None})
            made = Factor(person=person, id=secrets.token_hex(8), secret=secret, since=moment, used_step=step)
            self._store.write(made)

    def remove(self, person: str, factor: str) -> None:
        """Take away the factor that the person has just shown a code of."""
        with self._change(person):
            self._check_unchanged(person, factor)
            self._diary.note("factor_removed", {"person": person})
            self._store.remove(person)

    def reset(self, person: str, administrator: str) -> None:
        """Take away somebody's factor, readable or not, on an administrator's word."""
        with self._change(administrator):
            if not self._store.has(person):
                raise RefusedError(Refused.NOTHING_TO_RESET, administrator)
            self._diary.note("factor_reset", {"person": administrator, "of": person})
            self._store.remove(person)

    def _check_unchanged(self, person: str, expected: str | None) -> None:
        factor = self._store.find(person)
        if (factor.id if factor else None) != expected:
            raise RefusedError(Refused.FACTOR_CHANGED, person)

    @contextmanager
    def _change(self, person: str) -> Iterator[None]:
        """Hold the lock; what cannot be read or written refuses whoever asked."""
        try:
            with self._store.locked():
                yield
        except UnavailableError as error:
            log.warning("%s", error)
            raise RefusedError(Refused.FACTOR_UNAVAILABLE, person) from None
