"""A process is the same one as long as it lives, and never another of the same number."""

from __future__ import annotations

import os
import subprocess

import pytest

from hub.guard.host.docker import Container
from hub.guard.host.process import identify, parse_start
from hub.guard.judging.effects import Held
from hub.guard.lifecycle.own import Own
from hub.guard.lifecycle.records import Record
from hub.guard.watching.running import Running
from policies.names import WorkspaceName

NAME = WorkspaceName("p7f3k2", "aides-ciblage")
HELD = Held(factors=("password",), parts={}, services=(), home=("h",), project=("p",))


def own() -> Own:
    record = Record(name=str(NAME), id="ab" * 32, config="f" * 64, state="answering", held=HELD)
    return Own(NAME, Container(record.id, str(NAME), "", {}, {}), record)


@pytest.mark.parametrize("name", ["python3", "a) R 1 (b", "x y"])
def test_the_start_is_read_whatever_the_name_holds(name: str) -> None:
    fields = " ".join(str(number) for number in range(4, 53))
    assert parse_start(f"42 ({name}) S {fields}") == 22


def test_a_process_stays_the_same_and_two_differ() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        assert identify(child.pid) == identify(child.pid) != identify(os.getpid())
        child.kill()
    with pytest.raises(ProcessLookupError):
        identify(child.pid)


def test_what_was_noted_is_followed_again_and_its_death_is_seen() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        running = Running()
        live = running.resume(own(), HELD, identify(child.pid))
        assert (running.find(NAME), live.answers, live.dead) == (live, True, False)
        child.kill()
        assert live.wait_dead(5)


@pytest.mark.parametrize("field", ["started", "boot"])
def test_another_process_of_the_same_number_is_not_followed(field: str) -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        noted = identify(child.pid)
        other = noted.model_copy(update={"started": noted.started - 1} if field == "started" else {"boot": "another"})
        running = Running()
        with pytest.raises(ProcessLookupError):
            running.resume(own(), HELD, other)
        assert running.all() == []
        child.kill()
