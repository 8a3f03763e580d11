"""The errand to the witness, run beside the rounds: one at a time, never waited for, ended when it hangs."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from onboarding.keeper.handing import DISAGREES, HANDED

PATIENCE_S = 60.0
STOPPING_S = 5.0
STATES = {HANDED: "handed", DISAGREES: "disagrees"}


class Errand:
    """Starts the handing-over process and says how the last one ended, each state once."""

    def __init__(self, command: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._command = list(command)
        self._clock = clock
        self._running: subprocess.Popen[bytes] | None = None
        self._since = 0.0
        self._state = "handed"

    def step(self) -> str | None:
        """Start one if none runs; the state (`handed`, `lost`, `disagrees`) when it became another."""
        news = self._settle()
        if self._running is None:
            self._running = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)
            self._since = self._clock()
        return news

    def stop(self) -> None:
        """End the one that runs; what it has not handed is handed next time."""
        if self._running is not None:
            self._running.kill()
            with suppress(subprocess.TimeoutExpired):
                self._running.wait(STOPPING_S)
            self._running = None

    def _settle(self) -> str | None:
        if self._running is None:
            return None
        code = self._running.poll()
        if code is None and self._clock() - self._since < PATIENCE_S:
            return None
        if code is None:
            self._running.kill()  # on a dead file system it dies when that answers; the rounds do not wait for it
        self._running = None
        state = STATES.get(code, "lost") if code is not None else "lost"
        if state == self._state:
            return None
        self._state = state
        return state
