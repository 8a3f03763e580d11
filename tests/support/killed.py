"""A child that is killed before its n-th call which makes something durable or visible."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable
from typing import Any

STEPS = (
    "fsync",
    "fdatasync",
    "replace",
    "rename",
    "unlink",
    "mkdir",
    "link",
    "rmdir",
    "truncate",
    "ftruncate",
    "chmod",
)


def killed_before(step: int, work: Callable[[], object]) -> bool:
    """Run in a child that dies before its n-th step; whether it got through alive."""
    child = os.fork()
    if child == 0:
        counter = itertools.count(1)
        for name in STEPS:
            setattr(os, name, _mortal(getattr(os, name), counter, step))
        try:
            work()
        finally:
            os._exit(0 if next(counter) <= step else 1)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in {0, -signal.SIGKILL}, f"step {step}: the writer failed"
    return status == 0


def _mortal(call: Callable[..., Any], counter: itertools.count[int], step: int) -> Callable[..., Any]:
    def mortal(*given: Any, **named: Any) -> Any:
        if next(counter) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*given, **named)

    return mortal
