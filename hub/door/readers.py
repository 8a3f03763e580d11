"""Threads beside the loop: a few for what is short, one for what is long, which may take much memory to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

FEW = 4
LONG = 1024 * 1024
Result = TypeVar("Result")


class Readers:
    """The threads of a process; each has a stack, so there are no others."""

    def __init__(self) -> None:
        self._limiters: tuple[CapacityLimiter, CapacityLimiter] | None = None

    async def run(self, work: Callable[[], Result], size: int = 0) -> Result:
        """What the work returns, which reads so many bytes at once."""
        if self._limiters is None:  # they belong to the loop that runs
            self._limiters = CapacityLimiter(FEW), CapacityLimiter(1)
        return await to_thread.run_sync(work, limiter=self._limiters[size > LONG])
