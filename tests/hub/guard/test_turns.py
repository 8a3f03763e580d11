"""One thing at a time for each workspace; others do not wait, and nothing stays of a turn that is over."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.guard.turns import Turns
from policies.names import WorkspaceName

ONE, OTHER = WorkspaceName("pana01", "aides-etude"), WorkspaceName("pben02", "aides-etude")


def most_together(names: list[WorkspaceName]) -> int:
    """How many pieces of work were under way at once; they wait for each other a moment."""
    turns, together, most, lock = Turns(), 0, 0, threading.Lock()
    meeting = threading.Event()

    def work() -> None:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
            if together == len(names):
                meeting.set()
        meeting.wait(0.2)
        with lock:
            together -= 1

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: turns.take(name, work), names))
    return most


def test_work_on_one_workspace_takes_turns_and_work_on_others_does_not_wait() -> None:
    assert most_together([ONE, ONE]) == 1
    assert most_together([ONE, OTHER]) == 2


def test_a_turn_within_a_turn_of_the_same_thread_does_not_wait_for_itself() -> None:
    turns = Turns()
    assert turns.take(ONE, lambda: turns.take(ONE, lambda: "done")) == "done"


def test_work_that_fails_gives_its_turn_back() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError):
        turns.take(ONE, lambda: 1 // 0)
    assert turns.take(ONE, lambda: "done") == "done"


def test_nothing_is_remembered_of_turns_that_are_over() -> None:
    turns = Turns()
    for number in range(100):
        turns.take(WorkspaceName(f"p{number:05}", "aides-etude"), lambda: None)
    assert len(turns._turns) == 0
