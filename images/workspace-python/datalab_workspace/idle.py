"""A workspace that nobody uses and that computes nothing ends by itself.

A kernel that runs a cell, a terminal whose shell runs a program and a `datalab-run` count as use, so
a computation lives through the night; a page that is open in a browser does not. How long nothing
happened is counted on a clock that only goes forward: the machine's may leap.
"""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from datalab_workspace.run import is_any_running

MINUTES = "DATALAB_IDLE_MINUTES"
LOOK_S = 60.0
NEVER = 0.0


def is_over(idle_since: float, busy: bool, now: float, minutes: float) -> bool:
    """Whether a workspace idle since a moment has been so for long enough; no minutes: never."""
    return minutes > NEVER and not busy and now - idle_since >= minutes * 60


def children_of(pid: int) -> bool:
    """Whether a process has children."""
    try:
        return bool(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    except OSError:
        return False


class Idleness:
    """Looks at kernels, terminals and runs of a server, and stops it when nothing has happened for long."""

    def __init__(self, server: Any, steady: Callable[[], float] = time.monotonic) -> None:
        self._server = server
        self._steady = steady
        self._minutes = float(os.environ.get(MINUTES, NEVER))
        self._last = steady()
        self._seen: set[float] = set()

    def used(self) -> None:
        """Somebody saved a file."""
        self._last = self._steady()

    def look(self) -> None:
        """Called now and then."""
        busy, moments = self._is_busy(), set(self._moments())
        if busy or moments - self._seen:  # another moment of use than at the last look, whenever it says that it was
            self.used()
        self._seen = moments
        if is_over(self._last, busy, self._steady(), self._minutes):
            self._server.log.info("nothing happened for %g minutes: the workspace ends", self._minutes)
            self._server.stop()

    def _is_busy(self) -> bool:
        kernels = (kernel.execution_state == "busy" for kernel in self._kernels())
        return any(kernels) or any(children_of(pid) for pid in self._shells()) or is_any_running()

    def _moments(self) -> Iterable[float]:
        for kernel in self._kernels():
            yield kernel.last_activity.timestamp()
        for terminal in self._terminals():
            yield terminal.last_activity.timestamp()

    def _kernels(self) -> list[Any]:
        manager = self._server.kernel_manager
        return [manager.get_kernel(id_) for id_ in manager.list_kernel_ids()]

    def _terminals(self) -> list[Any]:
        manager = self._server.web_app.settings.get("terminal_manager")
        return list(manager.terminals.values()) if manager else []

    def _shells(self) -> list[int]:
        return [terminal.ptyproc.pid for terminal in self._terminals()]
