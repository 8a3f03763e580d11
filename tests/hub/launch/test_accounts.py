"""Of the accounts the door alone is in the front's group, whoever was in it before."""

from __future__ import annotations

import grp
import pwd
import subprocess
from collections.abc import Iterator

import pytest

from hub.launch.accounts import ensure_accounts, remove_accounts
from hub.launch.settings import Accounts

NAMES = ("hub", "signin", "door", "front", "turnstile", "directory")
OURS = Accounts(**{name: f"datalab-essai-{name}" for name in NAMES})


@pytest.fixture
def accounts() -> Iterator[Accounts]:
    """Accounts of this test alone."""
    remove_accounts(OURS)
    try:
        yield OURS
    finally:
        remove_accounts(OURS)


def front_members() -> list[str]:
    return grp.getgrnam(OURS.front).gr_mem


def test_the_door_alone_is_in_the_fronts_group(accounts: Accounts) -> None:
    ensure_accounts(accounts)
    assert front_members() == [OURS.door]


def test_who_was_in_the_fronts_group_is_taken_out_of_it(accounts: Accounts) -> None:
    ensure_accounts(accounts)
    subprocess.run(["usermod", "--append", "--groups", OURS.front, OURS.hub], check=True)
    assert OURS.hub in front_members()
    for _ in range(2):
        ensure_accounts(accounts)
        assert front_members() == [OURS.door]


def test_accounts_have_no_password_no_shell_and_no_home(accounts: Accounts) -> None:
    ensure_accounts(accounts)
    found = {(each.pw_shell, each.pw_dir) for each in map(pwd.getpwnam, OURS.model_dump().values())}
    assert found == {("/usr/sbin/nologin", "/nonexistent")}


def test_removed_accounts_are_gone_with_their_groups(accounts: Accounts) -> None:
    ensure_accounts(accounts)
    remove_accounts(accounts)
    assert [each.pw_name for each in pwd.getpwall() if each.pw_name in OURS.model_dump().values()] == []
    assert [each.gr_name for each in grp.getgrall() if each.gr_name in OURS.model_dump().values()] == []
