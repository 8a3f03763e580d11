"""Whoever took over the hub's account has the hub's rights on the machine, and no others.

What they ask the guard for is in `test_attacks.py` and `tests/integration/test_guard.py`.
"""

from __future__ import annotations

import os
import pwd
import re
from pathlib import Path

import pytest

from tests.support.hostile_hub import ATTEMPTS, Machine, try_everything
from tests.support.hub_account import as_account, as_hub
from tests.support.site import Installation


@pytest.fixture(scope="module")
def machine(site: Installation) -> Machine:
    """An installation in operation, with a workspace's place among its folders."""
    processes = {name: int(pid) for name, pid in site.processes().items() if name != "hub"}
    processes["supervisor"] = int((site.places.run / "supervisor" / "supervisord.pid").read_text(encoding="ascii"))
    containers = (site.launch.front_container, site.launch.directory_container)
    processes |= {name: int(site.docker("inspect", "-f", "{{.State.Pid}}", name)) for name in containers}
    names = site.launch.accounts.model_dump().values()
    found = [pwd.getpwnam(name) for name in ("root", *names) if name != site.hub_account.pw_name]
    return Machine(site.places, processes, {each.pw_name: (each.pw_uid, each.pw_gid) for each in found})


@pytest.fixture(scope="module")
def got_by_the_hub(site: Installation, machine: Machine) -> dict[str, list[str]]:
    found: dict[str, list[str]] = as_hub(site, try_everything, machine)
    return found


@pytest.fixture(scope="module")
def got_with_one_account_for_all(machine: Machine) -> dict[str, list[str]]:
    """The hub as it would be if it ran under the guard's account."""
    found: dict[str, list[str]] = as_account(pwd.getpwnam("root"), try_everything, machine)
    return found


@pytest.mark.parametrize("name", ATTEMPTS)
def test_closed_to_the_hubs_account(got_by_the_hub: dict[str, list[str]], name: str) -> None:
    assert got_by_the_hub[name] == []


@pytest.mark.parametrize("name", ATTEMPTS)
def test_with_one_account_for_all_the_same_succeeds(
    got_with_one_account_for_all: dict[str, list[str]], name: str
) -> None:
    """Without this one the table above could be closed for any reason."""
    assert got_with_one_account_for_all[name] != []


def test_everybody_whom_the_hub_may_not_touch_was_tried(machine: Machine) -> None:
    assert {"guard", "signin", "turnstile", "supervisor"} < set(machine.processes)
    assert {"root"} < set(machine.accounts)


def test_the_hubs_process_is_what_these_tests_take_it_for(site: Installation) -> None:
    """Its account and its groups: the attempts above are made with the same."""
    status = Path(f"/proc/{site.processes()['hub']}/status").read_text(encoding="ascii")
    found = {key: set(re.findall(rf"^{key}:\s*(.*)$", status, re.MULTILINE)[0].split()) for key in ("Uid", "Groups")}
    account = site.hub_account
    assert found["Uid"] == {str(account.pw_uid)}
    assert {int(each) for each in found["Groups"]} == as_hub(site, own_groups)


def own_groups() -> set[int]:
    return {os.getgid(), *os.getgroups()}
