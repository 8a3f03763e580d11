"""Guards that are killed: each a process of its own that sends itself SIGKILL at the n-th step of its calls.

A step is whatever touches the disk, a mount or Docker while a call on a workspace is carried out, so the
same calls take the same steps. One process imports everything and forks the guards, which then start fast.
Run as `python -m tests.support.mortal_guard BASE IMAGE DOCKER_SOCKET`; orders come on its standard input.
"""

from __future__ import annotations

import itertools
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker

from hub.guard.assemble import assemble
from hub.guard.calling.serving import listen, make_server
from hub.guard.host import mounts
from hub.guard.main import begin
from hub.guard.turns import Turns
from policies.calendar import boot_seconds, now
from policies.settings import Places
from tests.support.guarded_register import PERSON, TEAMMATE
from tests.support.guarded_site import NEIGHBOURS, GuardedSite, Table, guard_settings, site_rendering, wait_for

DISK = ("fsync", "replace", "rename", "unlink", "mkdir", "rmdir", "fchown", "fchmod", "fdatasync", "link", "ftruncate")
DOCKER = ("create_container_from_config", "start", "stop", "remove_container")
STEPS, HELD = "steps", "held"
# what a loaded machine may take for a start that nothing is wrong with
PATIENCE_S = 30.0


@dataclass(frozen=True)
class Order:
    """Die at the n-th step (never: 0); a step of Docker's after so many milliseconds, others before they are taken."""

    step: int
    during_ms: int = 0


# --- in the guards' processes


class _Steps:
    """Counts the steps of calls, notes them, and ends the process at the one that was ordered."""

    def __init__(self, order: Order, notes: Path) -> None:
        self._order = order
        self._numbers = itertools.count(1)
        self._acting = threading.local()
        self._notes = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)

    def watch(self) -> None:
        take = Turns.take

        def acting(turns: Turns, name: Any, work: Callable[[], Any]) -> Any:
            self._acting.now = True
            try:
                return take(turns, name, work)
            finally:
                self._acting.now = False

        Turns.take = acting  # type: ignore[assignment, method-assign]
        for name in DISK:
            setattr(os, name, self._mortal(name, getattr(os, name)))
        for name in ("_mount", "unmount"):
            setattr(mounts, name, self._mortal(name, getattr(mounts, name)))
        for name in DOCKER:
            setattr(docker.APIClient, name, self._mortal(name, getattr(docker.APIClient, name), is_dockers=True))

    def _mortal(self, name: str, call: Callable[..., Any], is_dockers: bool = False) -> Callable[..., Any]:
        def mortal(*given: Any, **named: Any) -> Any:
            if getattr(self._acting, "now", False):
                self._take(name, is_dockers)
            return call(*given, **named)

        return mortal

    def _take(self, name: str, is_dockers: bool) -> None:
        number = next(self._numbers)
        os.write(self._notes, f"{number} {name}\n".encode())
        if number != self._order.step:
            return
        if is_dockers and self._order.during_ms:
            threading.Thread(target=_die_later, args=(self._order.during_ms,), daemon=True).start()
        else:
            os.kill(os.getpid(), signal.SIGKILL)


def _die_later(milliseconds: int) -> None:
    time.sleep(milliseconds / 1000)
    os.kill(os.getpid(), signal.SIGKILL)


def _live(base: Path, image: str, docker_socket: Path, order: Order) -> None:
    places = Places(program=base / "program", state=base / "state", run=base / "run", law=base / "law")
    os.umask(0o077)
    rendering, people = site_rendering(places, image), Table((PERSON, TEAMMATE))
    settings = guard_settings(docker_socket).model_copy(update={"start_timeout_s": PATIENCE_S})
    guard = assemble(places, settings, NEIGHBOURS, people, rendering, now, boot_seconds)
    begin(guard)
    _Steps(order, base / STEPS).watch()
    listening = listen(places.socket("guard"), os.getgid())
    make_server(guard).run(sockets=[listening])
    guard.end()


def main() -> None:
    base, image, docker_socket = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                _live(base, image, docker_socket, Order(**json.loads(line)))
            finally:
                os._exit(1)
        print(child, flush=True)
        sys.stdin.readline()  # whoever ordered it has hold of it, and sees its end
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


# --- in the test's process


class MortalGuards:
    """The guards of one site."""

    def __init__(self, site: GuardedSite, environment: Mapping[str, str] | None) -> None:
        base, image = site.places.run.parent, site.rendering.site().image("workspace-python")
        command = [sys.executable, "-m", "tests.support.mortal_guard", str(base), image, str(site.docker_socket)]
        self._site = site
        self._log = (base / "guards.log").open("ab")
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, text=True, env=environment
        )
        assert self._process.stdin
        assert self._process.stdout
        self._orders, self._answers = self._process.stdin, self._process.stdout
        self._child: int | None = None

    def start(self, order: Order = Order(0)) -> None:
        """A guard answers; whatever it clears at its beginning is cleared."""
        self._site.socket.unlink(missing_ok=True)
        print(json.dumps(vars(order)), file=self._orders, flush=True)
        self._child = os.pidfd_open(int(self._answers.readline()))
        print(HELD, file=self._orders, flush=True)
        wait_for(lambda: self._site.accepts() or self._is_gone(), 60)
        assert self._site.accepts(), self.log()

    def _is_gone(self) -> bool:
        return bool(select.select([self._child], [], [], 0)[0])

    def kill(self) -> None:
        """SIGKILL to the guard, if it lives; returns once it is dead."""
        if self._child is not None:
            with suppress(ProcessLookupError):  # it killed itself; its number may be another process's by now
                signal.pidfd_send_signal(self._child, signal.SIGKILL)
            assert int(self._answers.readline()) == -signal.SIGKILL, self.log()
            os.close(self._child)
            self._child = None

    def steps(self) -> list[str]:
        """The steps that the last guard took in its calls, each a word."""
        notes = self._site.places.run.parent / STEPS
        return [line.split()[1] for line in notes.read_text().splitlines()]

    def log(self) -> str:
        """What the guards printed."""
        return (self._site.places.run.parent / "guards.log").read_text(errors="replace")

    def close(self) -> None:
        """No guard is left."""
        self.kill()
        self._orders.close()
        self._process.wait(10)
        self._answers.close()
        self._log.close()


@contextmanager
def mortal_guards(site: GuardedSite, environment: Mapping[str, str] | None = None) -> Iterator[MortalGuards]:
    """Guards of a site that has none; they are started with an environment of the test's, or else with its own."""
    made = MortalGuards(site, environment)
    try:
        yield made
    finally:
        made.close()


if __name__ == "__main__":
    main()
