"""The host's accounts of the processes: without password, shell or home."""

from __future__ import annotations

import grp
import pwd
import subprocess

from hub.launch.settings import Accounts


def ensure_accounts(accounts: Accounts) -> None:
    """Make the accounts that are missing; hub and door are in the front's group, to reach workspaces' sockets."""
    for name in _names(accounts):
        if not _exists(name):
            _run("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
                 "--shell", "/usr/sbin/nologin", name)  # fmt: skip
    for name in (accounts.hub, accounts.door):
        if name not in grp.getgrnam(accounts.front).gr_mem:
            _run("usermod", "--append", "--groups", accounts.front, name)


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
