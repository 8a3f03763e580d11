"""Runs probes inside a workspace and says line by line, as JSON, what each got.

Each runs in a process of its own: what one does to itself spoils no other. Lines that come in are those
of the laboratory: that the helper in the other workspace has done its part, that it may stop.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import sys
import traceback
from typing import Any

from tests.isolation.inside.frame import PROBES, Facts, Got, Probe

MODULES = ("channels", "devices", "files", "hub", "kernel", "limits", "neighbours", "network", "rights")
LONGEST_S = 60


def load() -> None:
    """Every probe is registered."""
    for name in MODULES:
        importlib.import_module(f"tests.isolation.inside.{name}")


def say(**values: Any) -> None:
    """One line to the laboratory."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


def main(order: dict[str, Any]) -> None:
    """Try what is ordered, or help with it."""
    load()
    if order["role"] == "helper":
        return help_out(order["facts"])
    for name in order["probes"]:
        say(probe=name, **try_apart(PROBES[name], order["facts"]))
    return None


def try_apart(probe: Probe, facts: Facts) -> dict[str, Any]:
    """What a probe got, found out by a child; a child that does not end, or dies, is an error."""
    near, far = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.close(near)
        with os.fdopen(far, "w") as answer:
            answer.write(json.dumps(report(probe, facts)))
        os._exit(0)
    os.close(far)
    with os.fdopen(near) as answer:
        ended = select.select([answer], [], [], LONGEST_S)[0]
        text = answer.read() if ended else ""
    kill_group(child)
    return dict(json.loads(text)) if text else {"broken": "it did not end" if not ended else "its process died"}


def kill_group(child: int) -> None:
    """Nothing of a probe goes on after it."""
    for kill in (os.killpg, os.kill):
        try:
            kill(child, signal.SIGKILL)
        except OSError:
            continue
    os.waitpid(child, 0)


def report(probe: Probe, facts: Facts) -> dict[str, Any]:
    """What a probe returns, or the error that shows that it could not try."""
    try:
        got: Got = probe.work(facts, lambda: call_helper(probe)) if probe.helper else probe.work(facts)
    except BaseException:  # whatever it is, the laboratory is told
        return {"broken": traceback.format_exc(limit=-3)}
    return {"got": got}


def call_helper(probe: Probe) -> None:
    """Returns once the helper in the other workspace has done its part."""
    say(help=probe.name)
    if sys.stdin.readline().strip() != "done":
        raise RuntimeError("the helper could not do its part")


def help_out(facts: Facts) -> None:
    """Do the helper's part of each probe that is named, and hold it until the next word."""
    say(ready=True)
    for line in sys.stdin:
        probe = PROBES[line.strip()]
        assert probe.helper
        child = os.fork()
        if child == 0:
            hold(probe, facts)
        sys.stdin.readline()  # the probe is over
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        say(released=probe.name)


def hold(probe: Probe, facts: Facts) -> None:
    """A child that did its part and stays, so that what it holds is held."""
    try:
        held = probe.helper(facts) if probe.helper else None
    except BaseException:  # whatever it is, the laboratory is told
        say(failed=traceback.format_exc(limit=-3))
    else:
        say(done=probe.name, held=repr(held)[:80])
    while True:
        signal.pause()
