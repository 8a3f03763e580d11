"""What there is so much of (turns, bytes in memory): everyone together takes no more, and nobody alone most of it.

Counted by person, the opaque one that a workspace's name begins with. One loop counts; no thread does.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from hub.door.errors import BUSY, RefusedError


class Held:
    """What one request holds of it; given back when it ends."""

    def __init__(self, shares: Shares, person: str, free: int) -> None:
        self._shares = shares
        self._person = person
        self._free = free
        self.amount = 0

    def grow(self, amount: int) -> None:
        """Hold so much more, of which the first counts for nothing; raises RefusedError when too much is held."""
        counted = max(0, amount - self._free)
        self._free -= amount - counted
        self._shares.take(self._person, counted)
        self.amount += counted


class Shares:
    """So much of everyone, so much of each person."""

    def __init__(self, whole: int, each: int) -> None:
        self._whole = whole
        self._each = each
        self._held: Counter[str] = Counter()

    @contextmanager
    def hold(self, person: str, amount: int = 0, free: int = 0) -> Iterator[Held]:
        """Hold an amount, and what it grows by, until the end; raises RefusedError when that is too much."""
        held = Held(self, person, free)
        try:
            held.grow(amount)
            yield held
        finally:
            self._give(person, held.amount)

    def take(self, person: str, amount: int) -> None:
        """Hold more; raises RefusedError when it is too much."""
        if amount and (self._held[person] + amount > self._each or self._held.total() + amount > self._whole):
            raise RefusedError(503, BUSY)
        self._held[person] += amount

    def _give(self, person: str, amount: int) -> None:
        self._held[person] -= amount
        if not self._held[person]:
            del self._held[person]


class Turns:
    """So many at once; who waits for one too long is told."""

    def __init__(self, number: int, patience_s: float) -> None:
        self._free = asyncio.Semaphore(number)
        self._patience_s = patience_s

    @asynccontextmanager
    async def take(self) -> AsyncIterator[None]:
        """A turn until the end; raises RefusedError."""
        try:
            async with asyncio.timeout(self._patience_s):
                await self._free.acquire()
        except TimeoutError:
            raise RefusedError(503, BUSY) from None
        try:
            yield
        finally:
            self._free.release()
