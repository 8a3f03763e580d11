"""A filter of the kernel's calls that lets one of the nevers through is found, however it does so."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from hub.guard.judging.never_asked import is_filtered, is_masked
from hub.workspace.kernel import FILTER, MASKED, READ_ONLY

Profile = dict[str, Any]
NO_NEW = "no-new-privileges:true"


def allow(*names: str, **more: Any) -> Profile:
    return {"names": list(names), "action": "SCMP_ACT_ALLOW", "args": []} | more


def also(rule: Profile) -> Callable[[Profile], object]:
    return lambda profile: profile["syscalls"].append(rule)


def test_the_filter_that_workspaces_have_is_one() -> None:
    assert is_filtered([NO_NEW, f"seccomp={FILTER}"])


WEAK: list[tuple[str, Callable[[Profile], object]]] = [
    ("allows by default", lambda profile: profile.update(defaultAction="SCMP_ACT_ALLOW")),
    ("writes down by default", lambda profile: profile.update(defaultAction="SCMP_ACT_LOG")),
    ("mounts", also(allow("read", "mount"))),
    ("new namespaces", also(allow("unshare"))),
    ("io_uring", also(allow("io_uring_setup"))),
    ("mounts, under conditions", also(allow("mount", args=[{"index": 0, "value": 0, "op": "SCMP_CMP_EQ"}]))),
    ("every family of sockets", also(allow("socket"))),
    ("sockets to the hypervisor", also(allow("socket", args=[{"index": 0, "value": 40, "op": "SCMP_CMP_EQ"}]))),
    ("families above one", also(allow("socket", args=[{"index": 0, "value": 1, "op": "SCMP_CMP_GT"}]))),
    ("families by their type", also(allow("socket", args=[{"index": 1, "value": 1, "op": "SCMP_CMP_EQ"}]))),
    ("clone with every flag", also(allow("clone"))),
    ("someone who watches and lets through", also(allow("read", action="SCMP_ACT_TRACE"))),
    ("32-bit calls", lambda profile: profile["archMap"][0]["subArchitectures"].append("SCMP_ARCH_X86")),
    ("no default", lambda profile: profile.pop("defaultAction")),
]


@pytest.mark.parametrize(("what", "change"), WEAK, ids=[what for what, _ in WEAK])
def test_a_filter_that_lets_one_never_through_is_none(what: str, change: Callable[[Profile], object]) -> None:
    profile = json.loads(FILTER)
    change(profile)
    try:
        found = is_filtered([NO_NEW, f"seccomp={json.dumps(profile)}"])
    except KeyError:
        found = False  # what cannot be read breaks the never that asked
    assert not found, what


@pytest.mark.parametrize(
    "options",
    [[], [NO_NEW], [NO_NEW, "seccomp=unconfined"], [NO_NEW, "seccomp:{}"], [f"seccomp={FILTER}"] * 2],
    ids=["none", "Docker's", "unconfined", "an old form", "two"],
)
def test_options_without_exactly_one_filter_are_none(options: list[str]) -> None:
    assert not is_filtered(options)


def test_what_is_rendered_is_masked_and_read_only() -> None:
    assert is_masked(list(MASKED), list(READ_ONLY))


@pytest.mark.parametrize("path", ["/proc/locks", "/proc/sys/fs", "/proc/sys/kernel/pty", "/proc/fs", "/proc/kcore"])
def test_one_path_that_can_be_read_is_too_many(path: str) -> None:
    assert not is_masked([each for each in MASKED if each != path], list(READ_ONLY))


@pytest.mark.parametrize("path", ["/proc/sys", "/proc/sysrq-trigger"])
def test_one_path_that_can_be_written_is_too_many(path: str) -> None:
    assert not is_masked(list(MASKED), [each for each in READ_ONLY if each != path])
