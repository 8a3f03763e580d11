"""Tells the hub at once which workspaces ended: it asks what ended since it asked last, and waits for the answer.

A guard that was started anew counts from its own beginning and says so by its epoch.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from threading import Lock
from typing import Any

REMEMBERED = 10_000


class Bell:
    """The names of workspaces that ended, in order. Rung by any thread, heard in the guard's loop."""

    def __init__(self) -> None:
        self.epoch = secrets.token_hex(8)
        self._rung: deque[tuple[int, str]] = deque(maxlen=REMEMBERED)
        self._count = 0
        self._lock = Lock()
        self._listening: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    def ring(self, name: str) -> None:
        """A workspace ended."""
        with self._lock:
            self._count += 1
            self._rung.append((self._count, name))
        self.wake()

    def wake(self) -> None:
        """Whoever waits is answered now; so that nobody keeps a guard that stops."""
        with self._lock:
            listening = list(self._listening)
        for loop, event in listening:
            with suppress(RuntimeError):  # that loop is closed
                loop.call_soon_threadsafe(event.set)

    def since(self, epoch: str, after: int) -> Mapping[str, Any]:
        """What ended after a count; everything may have when the epoch is another or too much was forgotten."""
        with self._lock:
            forgotten = bool(self._rung) and after < self._rung[0][0] - 1
            known = epoch == self.epoch and after <= self._count and not forgotten
            names = sorted({name for count, name in self._rung if count > after}) if known else []
            return {"epoch": self.epoch, "count": self._count, "names": names, "all": not known}

    async def wait(self, epoch: str, after: int, seconds: float) -> Mapping[str, Any]:
        """As `since`, once there is something to say or so many seconds have passed."""
        event = asyncio.Event()
        listener = (asyncio.get_running_loop(), event)
        with self._lock:
            self._listening.add(listener)
        try:
            found = self.since(epoch, after)
            if not found["names"] and not found["all"]:
                async with asyncio.timeout(seconds):
                    await event.wait()
        except TimeoutError:
            pass
        finally:
            with self._lock:
                self._listening.discard(listener)
        return self.since(epoch, after)
