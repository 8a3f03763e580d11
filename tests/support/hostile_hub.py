"""What somebody who took over the hub's account tries on the machine, beside what they ask the guard for.

Each attempt returns what it got; nothing: closed. They are the same for whatever account they run under.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policies.settings import Places
from tests.isolation.inside.frame import ask, attempt

PTRACE_SEIZE = 0x4206
MOST_SAID = 10


@dataclass(frozen=True)
class Machine:
    """What the hub knows of it: `processes` and `accounts` are those of others, by name."""

    places: Places
    processes: dict[str, int]
    accounts: dict[str, tuple[int, int]]

    @property
    def own(self) -> tuple[Path, ...]:
        """What the hub may write: its database, its chain, its socket."""
        return self.places.state / "hub", self.places.journal("hub"), self.places.run / "hub"

    @property
    def spoken_to(self) -> set[Path]:
        """The sockets on which the hub may ask for something."""
        return {self.places.socket(each) for each in ("guard", "signin")}


def _below(folders: Iterable[Path], own: tuple[Path, ...]) -> Iterator[Path]:
    """Every file and folder in these folders, but for one's own, as far as one may look."""
    for top in folders:
        for folder, names, files in os.walk(top):
            here = Path(folder)
            names[:] = [name for name in names if here / name not in own]
            yield here
            yield from (here / name for name in files)


def others_files_written(machine: Machine) -> list[str]:
    """Law, register, keys, journals, code, images' names, settings: is one of them writable?"""
    places = machine.places
    folders = (places.program, places.law, places.state, places.run, Path("/etc/docker"), Path("/etc/sudoers.d"))
    found = _below(folders, machine.own)
    return [str(each) for each in found if not each.is_symlink() and not each.is_socket() and os.access(each, os.W_OK)]


def secrets_read(machine: Machine) -> list[str]:
    """Signing key, second factors, spaces, data, journals, passwords, what starting workspaces are about to get."""
    places = machine.places
    folders = ("signin", "guard", "datasets", "spaces", "onboarding", "directory/data", "directory/seed", "demo", "log")
    secret = [*(places.state / each for each in folders), places.run / "mounts", places.run / "supervisor"]
    secret += [places.journal(each) for each in ("guard", "signin", "onboarding")]
    secret += [places.state / "signin" / "signing.key", places.state / "signin" / "factors"]
    return [str(each) for each in secret if os.access(each, os.R_OK)]


def sockets_reached(machine: Machine) -> list[str]:
    """Docker's, the supervisor's, the face's, the front's inner side, those of workspaces."""
    places = machine.places
    usual = [Path("/var/run/docker.sock"), Path("/run/containerd/containerd.sock"), places.socket("identity")]
    usual += [places.run / "supervisor" / "supervisor.sock", places.run / "gate" / "hub.sock"]
    seen = [each for each in _below([places.run], machine.own) if each.is_socket()]
    tried = {*usual, *seen} - machine.spoken_to
    return [each for path in sorted(tried) for each in attempt(str(path), _connected, str(path))]


def _connected(path: str) -> str:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        return "connecté"


def _each(machine: Machine, call: Callable[[int], Any]) -> list[str]:
    return [each for name, pid in machine.processes.items() for each in attempt(name, call, pid)]


def signals_sent(machine: Machine) -> list[str]:
    """A signal that only asks whether one might be sent."""
    return _each(machine, lambda pid: os.kill(pid, 0))


def processes_traced(machine: Machine) -> list[str]:
    """Attach to a process without stopping it; the kernel lets go when this process ends."""
    return _each(machine, lambda pid: ask("ptrace", PTRACE_SEIZE, pid, 0, 0))


def memory_read(machine: Machine) -> list[str]:
    """Their memory, environment and open files through /proc."""
    found = [*_each(machine, lambda pid: Path(f"/proc/{pid}/environ").read_bytes()[:1])]
    found += _each(machine, lambda pid: os.close(os.open(f"/proc/{pid}/mem", os.O_RDWR)))
    return found + _each(machine, lambda pid: len(os.listdir(f"/proc/{pid}/fd")))


def descriptors_taken(machine: Machine) -> list[str]:
    """A copy of their first open file."""
    return _each(machine, lambda pid: ask("pidfd_getfd", ask("pidfd_open", pid, 0), 0, 0))


def somebody_else(machine: Machine) -> list[str]:
    """Root, the sign-in, the front: by account, then by group; in a child, which ends with what it became."""
    found = []
    for name, (uid, gid) in machine.accounts.items():
        found += _in_a_child(f"compte {name}", lambda uid=uid: os.setresuid(uid, uid, uid))
        found += _in_a_child(f"groupe {name}", lambda gid=gid: os.setgroups([gid]))
    return found


def _in_a_child(what: str, call: Callable[[], object]) -> list[str]:
    child = os.fork()
    if child == 0:
        with suppress(OSError):
            call()
            os._exit(0)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    return [what] if os.waitstatus_to_exitcode(status) == 0 else []


ATTEMPTS: dict[str, Callable[[Machine], list[str]]] = {
    work.__name__: work
    for work in (
        others_files_written,
        secrets_read,
        sockets_reached,
        signals_sent,
        processes_traced,
        memory_read,
        descriptors_taken,
        somebody_else,
    )
}


def try_everything(machine: Machine) -> dict[str, list[str]]:
    """What each attempt got under the account of this process; the first few of it."""
    return {name: work(machine)[:MOST_SAID] for name, work in ATTEMPTS.items()}
