"""Guessing is slowed, for one login and for all together, and nobody is locked out. Pure.

For one login, attempts are spaced by a delay that doubles with each failure up to a bound; attempts
sent side by side count as failures until they are judged, so that they gain nothing. Time is
seconds of any steady clock, given by the caller. No login is kept, only a keyed digest of it.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import OrderedDict
from dataclasses import dataclass

from hub.signin.settings import SigninSettings

MINUTE = 60.0
ROOM_FOR_OTHERS = 8


@dataclass
class _Record:
    """What is remembered of one login: failures in a row, attempts under way, the next free moment."""

    failures: int = 0
    pending: int = 0
    next_at: float = 0.0
    touched: float = 0.0


class Slowdown:
    """Says how long each attempt waits; must hear how each one ended."""

    def __init__(self, settings: SigninSettings, secret: bytes) -> None:
        self._settings = settings
        self._secret = secret
        self._records: OrderedDict[bytes, _Record] = OrderedDict()
        self._under_way = 0
        self._common_failures = 0.0
        self._common_at = 0.0

    def reserve(self, login: str, now: float) -> float | None:
        """How many seconds this attempt waits; None when too many wait already, and then nothing is kept.

        Whoever did not fail and is not trying already finds room that those who did cannot take.
        """
        record = self._record(login, now)
        wait = max(record.next_at - now, self._common_wait(now), 0.0)
        room = self._settings.most_at_once * (1 if record.failures or record.pending else ROOM_FOR_OTHERS)
        if wait > self._settings.longest_wait_s or self._under_way >= room:
            return None
        record.pending += 1
        record.next_at = now + wait + self._delay(record.failures + record.pending)
        self._under_way += 1
        return wait

    def failed(self, login: str, now: float) -> None:
        """An attempt was wrong: the next one waits longer."""
        record = self._settled(login, now)
        record.failures += 1
        record.next_at = max(record.next_at, now + self._delay(record.failures + record.pending))
        self._common_failures = self._common_level(now) + 1
        self._common_at = now

    def succeeded(self, login: str, now: float) -> None:
        """An attempt was right: the person's failures are forgotten."""
        record = self._settled(login, now)
        record.failures = 0
        record.next_at = now

    def abandoned(self, login: str, now: float) -> None:
        """An attempt could not be judged: it counts neither way."""
        self._settled(login, now)

    @property
    def remembered(self) -> int:
        """How many logins are remembered; never more than the setting."""
        return len(self._records)

    def _settled(self, login: str, now: float) -> _Record:
        self._under_way -= 1
        record = self._record(login, now)
        record.pending = max(0, record.pending - 1)
        return record

    def _record(self, login: str, now: float) -> _Record:
        key = self._key(login)
        record = self._records.pop(key, None)
        if record is None or (not record.pending and now - record.touched > self._settings.forget_after_s):
            record = _Record()
        record.touched = now
        self._records[key] = record
        while len(self._records) > self._settings.remembered_logins:
            self._records.popitem(last=False)
        return record

    def _key(self, login: str) -> bytes:
        """One key for what a directory takes for one login: without case, padding or compatibility forms."""
        plain = unicodedata.normalize("NFKC", login).casefold().strip()
        return hashlib.blake2b(plain.encode("utf-8", "replace"), key=self._secret, digest_size=16).digest()

    def _delay(self, failures: int) -> float:
        excess = failures - self._settings.free_failures
        if excess <= 0:
            return 0.0
        doubled = self._settings.first_delay_s * 2.0 ** min(excess - 1, 30)
        return min(doubled, self._settings.longest_delay_s)

    def _common_level(self, now: float) -> float:
        """Everyone's failures, which drain at the rate that is allowed."""
        drained = (now - self._common_at) * self._settings.failures_per_minute / MINUTE
        return max(0.0, self._common_failures - drained)

    def _common_wait(self, now: float) -> float:
        excess = self._common_level(now) - self._settings.failures_per_minute
        return min(self._settings.common_delay_s, max(0.0, excess) * self._settings.first_delay_s)
