"""What no workspace ever asks of the kernel, nor reads of it, whatever filter was rendered. Pure.

It shares no list with the rendering, as the other nevers do not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_NEVER_CALLED = frozenset(
    {
        "acct", "add_key", "bpf", "chroot", "clock_adjtime", "clock_settime", "delete_module", "fanotify_init",
        "finit_module", "fsconfig", "fsmount", "fsopen", "fspick", "init_module", "inotify_add_watch", "io_setup",
        "io_uring_enter", "io_uring_register", "io_uring_setup", "ioperm", "iopl", "kcmp", "kexec_file_load",
        "kexec_load", "keyctl", "mincore", "mount", "mount_setattr", "move_mount", "name_to_handle_at",
        "open_by_handle_at", "open_tree", "perf_event_open", "pidfd_getfd", "pivot_root", "process_vm_readv",
        "process_vm_writev", "ptrace", "quotactl", "quotactl_fd", "reboot", "request_key", "setdomainname",
        "sethostname", "setns", "settimeofday", "swapoff", "swapon", "syslog", "umount2", "unshare", "userfaultfd",
    }
)  # fmt: skip
_ONLY_WITH_CONDITIONS = frozenset({"clone", "fcntl", "preadv2", "socket"})
_FAMILIES = frozenset({1, 2, 10, 16})
_NEVER_READ = frozenset(
    {"/proc/fs", "/proc/kcore", "/proc/keys", "/proc/locks", "/proc/sys/fs", "/proc/sys/kernel/pty", "/sys/firmware"}
)
_NEVER_WRITTEN = frozenset({"/proc/bus", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"})
_FILTER = "seccomp={"


def is_filtered(options: list[str]) -> bool:
    """Whether the security options are a filter that refuses by default and lets none of the nevers through."""
    texts = [option for option in options if option.startswith("seccomp")]
    if len(texts) != 1 or not texts[0].startswith(_FILTER):
        return False
    profile = json.loads(texts[0].partition("=")[2])
    refuses = profile["defaultAction"] == "SCMP_ACT_ERRNO"
    one_architecture = not any(each["subArchitectures"] for each in profile["archMap"])
    return refuses and one_architecture and all(_is_harmless(rule) for rule in profile["syscalls"])


def _is_harmless(rule: Mapping[str, Any]) -> bool:
    if rule["action"] == "SCMP_ACT_ERRNO":
        return True
    names, conditions = set(rule["names"]), rule["args"]
    plain = rule["action"] == "SCMP_ACT_ALLOW" and not names & _NEVER_CALLED
    narrow = bool(conditions) or not names & _ONLY_WITH_CONDITIONS
    return plain and narrow and ("socket" not in names or _is_known_family(conditions[0]))


def _is_known_family(condition: Mapping[str, Any]) -> bool:
    return condition["index"] == 0 and condition["op"] == "SCMP_CMP_EQ" and condition["value"] in _FAMILIES


def is_masked(masked: list[str], read_only: list[str]) -> bool:
    """Whether what the kernel tells of everybody is out of sight, and what it could be told cannot be written."""
    return set(masked) >= _NEVER_READ and set(masked) | set(read_only) >= _NEVER_WRITTEN
