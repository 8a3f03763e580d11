"""A producer's file is read by a child without rights or network, in bounded memory: a trap in it springs there."""

from __future__ import annotations

import ctypes
import json
import os
import resource as limits
from collections.abc import Callable
from typing import Any, BinaryIO

from onboarding.deliveries.errors import DeliveryError

NOBODY = 65534
MEMORY = 4 * 1024**3
DAY_S = 86_400
LIMITS = {limits.RLIMIT_AS: MEMORY, limits.RLIMIT_CPU: DAY_S, limits.RLIMIT_FSIZE: 0, limits.RLIMIT_CORE: 0}
_NEW_NETWORK = 0x40000000
_NO_NEW_PRIVILEGES = 38
Work = Callable[[BinaryIO, Callable[[int], None]], dict[str, Any]]
STOPPED = "la lecture s'est arrêtée : le fichier demande trop de mémoire, ou il est piégé"


def run_apart(work: Work, file: int, tell: Callable[[int], None]) -> dict[str, Any]:
    """What the work answers of an open file, done by a child of its own; raises DeliveryError when it dies.

    `tell` hears each progress that the child tells. What the work needs is imported before: the child
    may not read the program.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            _serve(work, file, writing)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    answer: dict[str, Any] | None = None
    try:
        with os.fdopen(reading, encoding="utf-8") as lines:
            for line in lines:
                told = json.loads(line)
                if "at" in told:
                    tell(told["at"])
                else:
                    answer = told["answer"]
    finally:
        _, status = os.waitpid(child, 0)
    if status or answer is None:
        raise DeliveryError(STOPPED)
    return answer


def _serve(work: Work, file: int, writing: int) -> None:
    with os.fdopen(writing, "w", encoding="utf-8") as out, os.fdopen(os.dup(file), "rb") as stream:

        def say(**told: Any) -> None:
            out.write(json.dumps(told) + "\n")
            out.flush()

        _renounce()
        say(answer=work(stream, lambda at: say(at=at)))


def _renounce() -> None:
    """Nothing but the open file and the pipe is left to this process."""
    libc = ctypes.CDLL(None, use_errno=True)
    for limit, most in LIMITS.items():
        limits.setrlimit(limit, (most, most))
    if os.geteuid() == 0:
        if libc.unshare(_NEW_NETWORK):
            raise OSError(ctypes.get_errno(), "no network of its own")
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs")
