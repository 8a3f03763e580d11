"""What a workspace may ask of the kernel: a closed list, without what crosses from one workspace to another."""

from __future__ import annotations

import json

import pytest

from hub.workspace.kernel import CALLS, FILTER

RULES = json.loads(FILTER)["syscalls"]
ALLOWED = {name for rule in RULES if rule["action"] == "SCMP_ACT_ALLOW" and not rule["args"] for name in rule["names"]}


def test_everything_else_is_refused() -> None:
    assert json.loads(FILTER)["defaultAction"] == "SCMP_ACT_ERRNO"


def test_no_call_is_listed_twice() -> None:
    names = " ".join(CALLS).split()
    assert (len(names), ALLOWED) == (len(set(names)), set(names))


@pytest.mark.parametrize(
    "call",
    [
        "mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "ptrace", "process_vm_readv", "kcmp", "bpf",
        "keyctl", "add_key", "request_key", "io_setup", "io_uring_setup", "userfaultfd", "perf_event_open", "reboot",
        "swapon", "init_module", "kexec_load", "open_by_handle_at", "clock_settime", "syslog", "clone", "socket",
        "inotify_init", "inotify_add_watch", "fanotify_init", "mincore", "cachestat", "fcntl", "preadv2",
    ],
)  # fmt: skip
def test_what_reaches_beyond_a_workspace_is_not_in_the_list(call: str) -> None:
    assert call not in ALLOWED


def test_sockets_are_of_the_machine_itself_or_of_the_workspaces_own_network() -> None:
    families = [rule["args"] for rule in RULES if rule["names"] == ["socket"]]
    assert [[(each["index"], each["value"], each["op"]) for each in args] for args in families] == [
        [(0, 1, "SCMP_CMP_EQ")],
        [(0, 2, "SCMP_CMP_EQ")],
        [(0, 10, "SCMP_CMP_EQ")],
        [(0, 16, "SCMP_CMP_EQ"), (2, 0, "SCMP_CMP_EQ")],
    ]


def test_files_are_not_watched_by_leases_nor_by_notices() -> None:
    leases = {1024, 1025, 1026}  # F_SETLEASE, F_GETLEASE, F_NOTIFY
    conditions = [rule["args"] for rule in RULES if rule["names"] == ["fcntl"]]
    assert conditions[0] == [{"index": 1, "value": 1023, "op": "SCMP_CMP_LE"}]
    exact = [condition for (condition,) in conditions[1:]]
    assert {each["op"] for each in exact} == {"SCMP_CMP_EQ"}
    assert not {each["value"] for each in exact} & leases


def test_nobody_reads_only_what_is_in_memory() -> None:
    rule = next(rule for rule in RULES if rule["names"] == ["preadv2", "pwritev2"])
    assert rule["args"] == [{"index": 5, "value": 8, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]


def test_a_new_process_is_in_no_new_namespace() -> None:
    flags = [rule["args"] for rule in RULES if rule["names"] == ["clone"]]
    every_namespace = 0x20000 | 0x2000000 | 0x4000000 | 0x8000000 | 0x10000000 | 0x20000000 | 0x40000000
    assert flags == [[{"index": 0, "value": every_namespace, "valueTwo": 0, "op": "SCMP_CMP_MASKED_EQ"}]]


def test_the_c_library_is_told_that_clone3_does_not_exist() -> None:
    """Its flags are in memory, where a filter cannot read them."""
    rule = next(rule for rule in RULES if rule["names"] == ["clone3"])
    assert (rule["action"], rule["errnoRet"]) == ("SCMP_ACT_ERRNO", 38)
