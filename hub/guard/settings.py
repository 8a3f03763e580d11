"""Section `guard` of values.yaml: what the guard needs beside the law, the register and the directory."""

from __future__ import annotations

import grp
import pwd
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from hub.guard.host.quotas import Limits
from hub.launch.settings import LaunchSettings
from policies.errors import DatalabError
from policies.files import Closed
from policies.settings import Values


class GuardSettings(Closed):
    """Docker's socket, how long a workspace may take to answer, and how much room there is."""

    docker_socket: Path
    directory_password_file: Path = Field(description="the guard's own copy of the reader's password")
    runtime: str = Field(description="runc, or another runtime that Docker knows", pattern=r"^[a-z0-9._-]+$")
    start_timeout_s: float = Field(gt=0, le=600)
    docker_timeout_s: int = Field(gt=0, le=600)
    home_mib: int = Field(ge=0, description="most that a home may hold at a start; 0: no limit")
    project_mib: int = Field(ge=0, description="most that a project space may hold at a start; 0: no limit")
    free_mib: int = Field(ge=0, description="what must be free on the disk for anything to start")

    @property
    def limits(self) -> Limits:
        """The limits on spaces."""
        return Limits(self.home_mib, self.project_mib, self.free_mib)


@dataclass(frozen=True)
class Neighbours:
    """Numbers of accounts that the guard gives folders and sockets to, as the launcher made them.

    `hub`: the group that alone may connect to the guard; `front`: the group that connects to the workspaces'
    sockets; `turnstile`: the account that listens in each workspace's folder of what it may say.
    """

    hub: int
    front: int
    turnstile: int


def read_neighbours(values: Values) -> Neighbours:
    """Who they are on this host; raises DatalabError when one was not made."""
    accounts = values.section(LaunchSettings).accounts
    return Neighbours(group_id(accounts.hub), group_id(accounts.front), account_id(accounts.turnstile))


def account_id(name: str) -> int:
    """The number of an account of this host."""
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        raise DatalabError(f"values.yaml: launch.accounts: this host has no account {name}; create it") from None


def group_id(name: str) -> int:
    """The number of a group of this host."""
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise DatalabError(f"values.yaml: launch.accounts: this host has no group {name}; create it") from None
