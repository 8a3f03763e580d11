"""The host's accounts of the processes: without password, shell or home."""

from __future__ import annotations

import grp
import pwd
import subprocess

from hub.launch.settings import Accounts


def ensure_accounts(accounts: Accounts) -> None:
    """Make the accounts that are missing; of them the door alone is in the front's group, to reach workspaces' sockets.

    The hub was in it once: its account could then speak to workspaces and to the door in the front's place.
    """
    for name in _names(accounts):
        if not _exists(name):
            _run("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
                 "--shell", "/usr/sbin/nologin", name)  # fmt: skip
    members = grp.getgrnam(accounts.front).gr_mem
    if accounts.door not in members:
        _run("usermod", "--append", "--groups", accounts.front, accounts.door)
    for name in members:
        if name != accounts.door:
            _run("gpasswd", "--delete", name, accounts.front)


def remove_accounts(accounts: Accounts) -> None:
    """Remove the accounts that `ensure_accounts` made, with their groups."""
    for name in _names(accounts):
        if _exists(name):
            _run("userdel", name)


def _names(accounts: Accounts) -> tuple[str, ...]:
    return (accounts.hub, accounts.signin, accounts.door, accounts.front, accounts.turnstile, accounts.directory)


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)
