"""A running workspace has no right, runs under its person's account, and sees only `lo`."""

from __future__ import annotations

import pytest

from hub.guard.host.living import network_problems, status_problems

STATUS = """\
Name:\tdocker-init
Uid:\t200007\t200007\t200007\t200007
Gid:\t400003\t400003\t400003\t400003
Groups:\t400003 \nNSpid:\t5784\t1
CapInh:\t0000000000000000
CapPrm:\t0000000000000000
CapEff:\t0000000000000000
CapBnd:\t0000000000000000
CapAmb:\t0000000000000000
NoNewPrivs:\t1
Seccomp:\t2
"""
DEVICES = """\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets
    lo:       0       0    0    0    0     0          0         0        0       0
"""


def test_a_workspace_as_it_must_be() -> None:
    assert status_problems(STATUS, 200007, 400003) == []
    assert network_problems(DEVICES) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("CapEff:\t0000000000000000", "CapEff:\t0000000000000400"),
        ("CapBnd:\t0000000000000000", "CapBnd:\t00000000a80425fb"),
        ("CapAmb:\t0000000000000000", "CapAmb:\t0000000000000001"),
        ("NoNewPrivs:\t1", "NoNewPrivs:\t0"),
        ("Seccomp:\t2", "Seccomp:\t0"),
        ("Seccomp:\t2\n", ""),
        ("Uid:\t200007\t200007\t200007", "Uid:\t200007\t0\t200007"),
        ("Gid:\t400003", "Gid:\t0"),
        ("Groups:\t400003", "Groups:\t400003 999"),
    ],
)
def test_any_right_or_other_account_is_found(old: str, new: str) -> None:
    assert len(status_problems(STATUS.replace(old, new), 200007, 400003)) == 1


def test_a_second_network_device_is_found() -> None:
    assert network_problems(DEVICES + "  eth0:       0       0    0\n") == ["network device: eth0"]
