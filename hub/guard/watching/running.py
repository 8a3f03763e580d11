"""The workspaces that run, each with a handle on its first process: what must end is killed at once, without Docker.

A handle (pidfd) is of one process for ever: a number that the host gives again is never hit. Killing
the first process of a container kills every process in it.
"""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from hub.guard.host.docker import Engine
from hub.guard.host.process import Process, identify
from hub.guard.judging.effects import End, Held
from hub.guard.lifecycle.own import Own
from hub.guard.watching.notice import Notice
from policies.names import WorkspaceName


class Handle:
    """A pidfd, closed once nobody refers to it any more: a thread may still be about to signal."""

    def __init__(self, pid: int) -> None:
        self.number = os.pidfd_open(pid)

    def __del__(self) -> None:
        with suppress(AttributeError, OSError):  # never opened
            os.close(self.number)


@dataclass(eq=False)
class Live:
    """A workspace that runs, and what enforcement knows of it.

    `answers`: it was seen to accept connections. `judged`: what it was last judged on. `end`: its
    known end. `announced`: the last notice. `asked`: it was asked to stop; `ending`: it is being killed;
    `leaving`: the hub stops it, and will remove it. `full`: which of its spaces hold too much.
    """

    own: Own
    held: Held
    handle: Handle
    answers: bool = False
    judged: tuple[object, ...] = ()
    end: End | None = None
    announced: Notice | None = None
    asked: bool = False
    ending: bool = False
    leaving: bool = False
    full: str = ""

    @property
    def name(self) -> WorkspaceName:
        """Its name."""
        return self.own.name

    def signal(self, number: signal.Signals) -> None:
        """Signal its first process; nothing when it is dead."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle.number, number)

    @property
    def dead(self) -> bool:
        """Its first process ended."""
        return self.wait_dead(0.0)

    def wait_dead(self, seconds: float) -> bool:
        """Whether its first process is dead within so many seconds."""
        return bool(select.select([self.handle.number], [], [], seconds)[0])


class Running:
    """Every workspace that runs, by name. Threads may share it."""

    def __init__(self) -> None:
        self._found: dict[str, Live] = {}
        self._lock = Lock()

    def add(self, own: Own, held: Held, pid: int) -> Live:
        """Follow a workspace whose first process was just seen to be this one; raises ProcessLookupError."""
        live = Live(own, held, Handle(pid))
        with self._lock:
            self._found[str(own.name)] = live
        return live

    def resume(self, own: Own, held: Held, process: Process) -> Live:
        """Follow a workspace by what was noted of its first process; raises ProcessLookupError when that one ended."""
        live = Live(own, held, Handle(process.number), answers=True)
        if identify(process.number) != process:
            raise ProcessLookupError(process.number)
        with self._lock:
            self._found[str(own.name)] = live
        return live

    def drop(self, name: WorkspaceName, identity: str) -> None:
        """Follow this container no longer; one of the same name that came after it stays."""
        with self._lock:
            live = self._found.get(str(name))
            if live is not None and live.own.container.id == identity:
                del self._found[str(name)]

    def find(self, name: WorkspaceName | str) -> Live | None:
        """The workspace of this name, None when it does not run."""
        with self._lock:
            return self._found.get(str(name))

    def all(self) -> list[Live]:
        """Every workspace that runs now, in the order of their starts."""
        with self._lock:
            return list(self._found.values())


def pid_of(engine: Engine, identity: str) -> int | None:
    """The first process of a container, None when it does not run."""
    container = engine.find(identity)
    return container.pid if container is not None and container.running else None
