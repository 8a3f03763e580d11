"""From a created container to one that answers: started, compared with what it must be, ready.

A container that is not exactly what was judged never runs longer than the comparison takes.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from hub.guard.errors import AttackError, FailedStartError
from hub.guard.host import mounts
from hub.guard.host.docker import Container, Engine
from hub.guard.host.expected import expected_mounts, mount_problems
from hub.guard.host.living import network_problems, status_problems
from hub.guard.host.mountinfo import Mount, parse_mountinfo
from hub.guard.host.terminals import limit_terminals
from hub.workspace.spec import WorkspaceSpec

POLL_S = 0.01
LOOK_EVERY = 25
SOCKET_NAME = "j.sock"


def check_running(container: Container, spec: WorkspaceSpec, host: list[Mount]) -> None:
    """Raises AttackError when mounts, account, rights or network are not those judged, OSError when it is gone."""
    proc = Path("/proc") / str(container.pid)
    mountinfo, status, devices = ((proc / f).read_text() for f in ("mountinfo", "status", "net/dev"))
    problems = [
        *mount_problems(parse_mountinfo(mountinfo), expected_mounts(spec.binds, host)),
        *status_problems(status, spec.uid, spec.gid),
        *network_problems(devices),
        *_shared_namespaces(proc),
    ]
    if problems:
        raise AttackError("L'espace de travail n'est pas celui qui a été jugé : " + " ; ".join(problems[:5]))


def _shared_namespaces(proc: Path) -> list[str]:
    names = ("mnt", "net", "pid", "ipc", "uts")
    return [
        f"shared namespace: {name}"
        for name in names
        if (proc / "ns" / name).readlink() == (Path("/proc/self/ns") / name).readlink()
    ]


def start_and_check(engine: Engine, identity: str, spec: WorkspaceSpec) -> Container:
    """The container runs, is what was judged, and has its share of the machine's terminals."""
    host = mounts.host_mounts()
    engine.start(identity)
    container = engine.find(identity)
    if container is None or not container.running:
        raise FailedStartError(last_state(container))
    try:
        check_running(container, spec, host)
    except OSError:
        raise FailedStartError(last_state(engine.find_dead(identity))) from None
    try:
        limit_terminals(container.pid)
    except OSError as error:
        raise FailedStartError(
            f"Les terminaux de l'espace de travail n'ont pas de limite : {error.strerror}."
        ) from None
    return container


def wait_until_ready(engine: Engine, identity: str, folder: Path, timeout_s: float) -> None:
    """Returns once the workspace's socket accepts a connection; raises FailedStartError when it will not."""
    deadline = time.monotonic() + timeout_s
    turn = 0
    while not _accepts(folder):
        turn += 1
        if turn % LOOK_EVERY == 0:
            container = engine.find(identity)
            if container is None or not container.running:
                raise FailedStartError(last_state(container))
        if time.monotonic() > deadline:
            raise FailedStartError(f"L'espace de travail n'a pas répondu en {timeout_s:g} secondes.")
        time.sleep(POLL_S)


def _accepts(folder: Path) -> bool:
    """Whether something listens on the socket; the folder is opened, so a long path is no obstacle."""
    try:
        handle = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.setblocking(False)
            return client.connect_ex(f"/proc/self/fd/{handle}/{SOCKET_NAME}") == 0
    finally:
        os.close(handle)


def last_state(container: Container | None) -> str:
    """Why a workspace that was starting does not run, for people."""
    if container is None:
        return "L'espace de travail a disparu pendant son démarrage."
    state = container.state
    cause = "mémoire épuisée" if state.get("OOMKilled") else f"code {state.get('ExitCode')}"
    return f"L'espace de travail s'est arrêté pendant son démarrage ({cause})."
