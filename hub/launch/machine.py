"""What must be on the machine before anything runs: accounts, folders, law, certificate; and its removal."""

from __future__ import annotations

import shutil
from pathlib import Path

from hub.launch.accounts import ensure_accounts, remove_accounts
from hub.launch.acts import enforce_law, journal_act
from hub.launch.certificates import ensure_certificates
from hub.launch.folders import check_folders, ensure_folders, folders, hand_over
from hub.launch.kernel import ensure_kernel_limits
from hub.launch.settings import LaunchSettings
from hub.launch.sockets import ensure_sockets_mounted, unmount_below
from policies.settings import Values


def ensure_machine(settings: Values, source: Path) -> None:
    """Accounts, folders with their modes, the sockets' tmpfs, the kernel's limits, the law of the source tree."""
    places, accounts = settings.places, settings.section(LaunchSettings).accounts
    ensure_accounts(accounts)
    ensure_folders(folders(places, accounts))
    ensure_sockets_mounted(places.run / "ws")
    ensure_kernel_limits()
    journal_act(places, "prepare")
    enforce_law(source / "policies" / "law", places)


def ensure_certificate(settings: Values) -> None:
    """The demo directory's certificate."""
    ensure_certificates(settings.places.state / "directory" / "tls", "localhost")


def hand_over_files(settings: Values) -> None:
    """Files that root left in an account's folder become that account's."""
    hand_over(folders(settings.places, settings.section(LaunchSettings).accounts))


def check_machine(settings: Values) -> None:
    """Raises DatalabError naming each folder whose owner or mode somebody changed."""
    check_folders(folders(settings.places, settings.section(LaunchSettings).accounts))


def remove_machine(settings: Values) -> None:
    """Mounts, folders and accounts are gone; nothing of the installation may run any more."""
    for folder in (settings.places.run, settings.places.state):
        unmount_below(folder)
        shutil.rmtree(folder, ignore_errors=True)
    remove_accounts(settings.section(LaunchSettings).accounts)
