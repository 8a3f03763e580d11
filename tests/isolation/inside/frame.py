"""What every probe is written with. Runs inside a workspace, on Python's standard library alone.

A probe is one attempt of an analyst who wants out. It says in one sentence, in French, what it tries,
and returns what it got; nothing got: closed. It must not be able to return nothing by mistake: what it
needs in order to try at all is checked, and its absence is an error, never "closed".
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Facts = dict[str, Any]
Got = list[str]
Helper = Callable[[], None]
LONGEST = 160
REFUSED = {errno.EPERM, errno.EACCES, errno.ENOSYS}


@dataclass(frozen=True)
class Probe:
    """One attempt. `helper` does its part in another workspace, when asked, and holds it until the end.

    `heavy`: it takes much of what it is refused; it is tried where that is looked at.
    """

    name: str
    tried: str
    work: Callable[..., Got]
    helper: Callable[[Facts], object] | None
    heavy: bool


PROBES: dict[str, Probe] = {}


class CannotTryError(Exception):
    """Raised when a probe lacks what it needs to try: the laboratory is wrong, not the workspace."""


def probe(
    tried: str, helper: Callable[[Facts], object] | None = None, heavy: bool = False
) -> Callable[[Callable[..., Got]], Callable[..., Got]]:
    """Register a function under its own name."""

    def register(work: Callable[..., Got]) -> Callable[..., Got]:
        name: str = work.__name__
        if name in PROBES:
            raise ValueError(f"two probes are called {name}")
        PROBES[name] = Probe(name, tried, work, helper, heavy)
        return work

    return register


def attempt(what: str, call: Callable[..., Any], *details: Any) -> Got:
    """What a call gave, under a name; a refusal by the system gives nothing."""
    try:
        found = call(*details)
    except OSError:
        return []
    return [short(f"{what}: {found!r}")]


def short(text: str) -> str:
    """As much of a text as a report shows."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def need(condition: object, what: str) -> None:
    """Raises CannotTryError when a probe could not even try."""
    if not condition:
        raise CannotTryError(what)


libc = ctypes.CDLL(None, use_errno=True)
# numbers of calls: x86-64, then arm64, for those that differ; the newer ones are the same everywhere
_X86 = {
    "ptrace": 101, "syslog": 103, "pivot_root": 155, "adjtimex": 159, "chroot": 161, "acct": 163, "mount": 165,
    "umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169, "sethostname": 170, "init_module": 175,
    "delete_module": 176, "quotactl": 179, "io_setup": 206, "kexec_load": 246, "add_key": 248, "request_key": 249,
    "keyctl": 250, "inotify_init1": 294, "inotify_add_watch": 254, "unshare": 272, "vmsplice": 278,
    "perf_event_open": 298, "fanotify_init": 300, "name_to_handle_at": 303, "open_by_handle_at": 304,
    "clock_adjtime": 305, "setns": 308, "process_vm_readv": 310, "kcmp": 312, "finit_module": 313,
    "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323, "preadv2": 327, "mincore": 27, "modify_ldt": 154,
    "iopl": 172, "shmget": 29, "msgget": 68, "msgrcv": 70, "msgsnd": 69, "mq_open": 240, "clock_settime": 227,
    "settimeofday": 164, "capset": 126, "clone": 56,
}  # fmt: skip
_ARM = {
    "ptrace": 117, "syslog": 116, "pivot_root": 41, "adjtimex": 171, "chroot": 51, "acct": 89, "mount": 40,
    "umount2": 39, "swapon": 224, "swapoff": 225, "reboot": 142, "sethostname": 161, "init_module": 105,
    "delete_module": 106, "quotactl": 60, "io_setup": 0, "kexec_load": 104, "add_key": 217, "request_key": 218,
    "keyctl": 219, "inotify_init1": 26, "inotify_add_watch": 27, "unshare": 97, "vmsplice": 75,
    "perf_event_open": 241, "fanotify_init": 262, "name_to_handle_at": 264, "open_by_handle_at": 265,
    "clock_adjtime": 266, "setns": 268, "process_vm_readv": 270, "kcmp": 272, "finit_module": 273,
    "kexec_file_load": 294, "bpf": 280, "userfaultfd": 282, "preadv2": 286, "mincore": 232, "shmget": 194,
    "msgget": 186, "msgrcv": 188, "msgsnd": 189, "mq_open": 180, "clock_settime": 112, "settimeofday": 170,
    "capset": 91, "clone": 220,
}  # fmt: skip
_COMMON = {
    "io_uring_setup": 425, "open_tree": 428, "move_mount": 429, "fsopen": 430, "fspick": 433, "pidfd_open": 434,
    "pidfd_getfd": 438, "mount_setattr": 442, "cachestat": 451,
}  # fmt: skip
CALLS = _COMMON | (_X86 if os.uname().machine == "x86_64" else _ARM)


def ask(name: str, *arguments: Any) -> int:
    """One call of the kernel by its name; raises OSError when it is refused or fails."""
    ctypes.set_errno(0)
    answer = int(libc.syscall(ctypes.c_long(CALLS[name]), *arguments))
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer


def reaches(name: str, *arguments: Any) -> Got:
    """Whether the kernel looks at a call's arguments at all: an error about them is not a refusal of the call."""
    if name not in CALLS:  # this machine's kernel never had it
        return []
    try:
        return [f"{name}: {ask(name, *arguments)}"]
    except OSError as error:
        return [] if error.errno in REFUSED else [f"{name}: {error.strerror}"]
