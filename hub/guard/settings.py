"""Section `guard` of values.yaml: what the guard needs beside the law, the register and the directory."""

from __future__ import annotations

import grp
import pwd
from pathlib import Path

from pydantic import Field

from hub.guard.host.quotas import Limits
from policies.errors import DatalabError
from policies.files import Closed


class GuardSettings(Closed):
    """Docker's socket, who may speak to the guard, and how long a workspace may take to answer."""

    docker_socket: Path
    hub_group: str = Field(description="group of the hub's account: it alone may connect to the guard")
    front_group: str = Field(description="group of the front: it connects to the workspaces' sockets")
    turnstile_account: str = Field(description="account that listens in each workspace's folder of what it may say")
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


def account_id(name: str) -> int:
    """The number of an account of this host."""
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        raise DatalabError(f"values.yaml: guard: this host has no account {name}; create it") from None


def group_id(name: str) -> int:
    """The number of a group of this host."""
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise DatalabError(f"values.yaml: guard: this host has no group {name}; create it") from None
