"""The processes under supervisor: each with its own account, restarted alone when it dies."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from hub.launch.settings import Accounts
from policies.settings import VARIABLE, Places

STOPPING_S = 60.0
HUB_CONFIGURATION = Path(__file__).parent.parent / "jupyterhub_config.py"


@dataclass(frozen=True)
class Program:
    """One process: what runs, and under which account; `sockets` names those on which it listens."""

    name: str
    account: str
    arguments: tuple[str, ...]
    folder: Path
    sockets: tuple[str, ...]


def programs(places: Places, accounts: Accounts, values: Path) -> tuple[Program, ...]:
    """Keeper, sign-in, guard, door, turnstile and hub, in the order in which they start, and stop in the other.

    The keeper listens on nothing; stopped last, it signs what the others journaled to their end.
    """
    settings, state = ("--values", str(values)), places.state
    return (
        Program("keeper", "root", ("-m", "onboarding.keeper.main", *settings), state / "keeper", ()),
        Program(
            "signin", accounts.signin, ("-m", "hub.signin.main", *settings), state / "signin", ("signin", "identity")
        ),
        Program("guard", "root", ("-m", "hub.guard.main", *settings), state / "guard", ("guard",)),
        Program("door", accounts.door, ("-m", "hub.door.main", *settings), state / "door", ("door", "deposits")),
        Program("turnstile", accounts.turnstile, ("-m", "hub.turnstile", *settings), places.run, ()),
        Program("hub", accounts.hub, ("-m", "hub.app", "-f", str(HUB_CONFIGURATION)), state / "hub", ("hub",)),
    )


def program_stamp(places: Places) -> str:
    """What the installed program is, as the installation notes it: another one means another program."""
    noted = (places.program / "venv" / name for name in (".program", ".requirements"))
    return "-".join(path.read_text(encoding="utf-8").strip() if path.exists() else "none" for path in noted)


def render_configuration(places: Places, table: tuple[Program, ...], values: Path, stamp: str) -> str:
    """The supervisor's configuration, whole; it stops what runs another program than the one of the stamp."""
    folder = places.run / "supervisor"
    head = f"""[supervisord]
pidfile={folder}/supervisord.pid
logfile={places.state}/log/supervisord.log
childlogdir={places.state}/log
user=root
umask=027
environment={VARIABLE}="{values}",PATH="{Path(sys.executable).parent}:/usr/sbin:/usr/bin:/sbin:/bin",LANG="C.UTF-8"

[unix_http_server]
file={folder}/supervisor.sock
chmod=0600

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://{folder}/supervisor.sock
"""
    return head + "".join(_section(places, program, stamp, order) for order, program in enumerate(table, 1))


def _section(places: Places, program: Program, stamp: str, order: int) -> str:
    command = " ".join([sys.executable, "-I", *program.arguments])
    return f"""
[program:{program.name}]
command={command}
user={program.account}
directory={program.folder}
priority={order}
environment=DATALAB_PROGRAM="{stamp}"
autostart=false
autorestart=true
startsecs=1
startretries=1000000
stopwaitsecs=15
redirect_stderr=true
stdout_logfile={places.state}/log/{program.name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=5
"""


class Supervisor:
    """The supervisor of one installation, reached through its socket."""

    def __init__(self, places: Places) -> None:
        self._configuration = places.run / "supervisor" / "supervisord.conf"

    def ensure_running(self) -> None:
        """Start the supervisor, or make a running one read its configuration again."""
        if self._control("pid").returncode == 0:
            self._control("reread")
            self._control("update")
            return
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._configuration)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def start(self, name: str) -> None:
        """Start one process if it does not run; who waits for it sees whether it came up."""
        self._control("start", name)

    def runs(self, name: str) -> bool:
        """Whether one process has stayed up for a second."""
        return "RUNNING" in self._control("status", name).stdout

    def stop(self, name: str) -> None:
        """Stop one process; returns once it is gone."""
        self._control("stop", name)

    def shut_down(self) -> None:
        """Stop every process, then the supervisor; returns once it is gone, with all that it ran."""
        asked = self._control("pid")
        if asked.returncode != 0:
            return
        handle = os.pidfd_open(int(asked.stdout))
        try:
            self._control("shutdown")
            select.select([handle], [], [], STOPPING_S)
        finally:
            os.close(handle)

    def _control(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "supervisor.supervisorctl", "-c", str(self._configuration), *words]
        return subprocess.run(command, check=False, capture_output=True, text=True)
