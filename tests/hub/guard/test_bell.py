"""Whoever asks hears every end since the last one heard, once there is one, and nothing twice."""

from __future__ import annotations

import asyncio
import threading

from hub.guard import bell as module
from hub.guard.bell import Bell


def test_what_ended_since_a_count_is_told_with_the_count_to_ask_from_next() -> None:
    bell = Bell()
    bell.ring("a--x")
    bell.ring("b--x")
    bell.ring("a--x")
    assert bell.since(bell.epoch, 0) == {"epoch": bell.epoch, "count": 3, "names": ["a--x", "b--x"], "all": False}
    assert bell.since(bell.epoch, 2)["names"] == ["a--x"]
    assert bell.since(bell.epoch, 3)["names"] == []


def test_another_guards_count_means_that_all_may_have_ended() -> None:
    bell = Bell()
    bell.ring("a--x")
    for epoch, after in (("", 0), ("0" * 16, 1), (bell.epoch, 99)):
        assert (bell.since(epoch, after)["all"], bell.since(epoch, after)["names"]) == (True, [])


def test_more_ends_than_are_remembered_mean_that_all_may_have_ended(monkeypatch: object) -> None:
    bell = Bell()
    bell._rung = type(bell._rung)(maxlen=2)
    for name in ("a--x", "b--x", "c--x"):
        bell.ring(name)
    assert bell.since(bell.epoch, 0)["all"] is True
    assert bell.since(bell.epoch, 1)["names"] == ["b--x", "c--x"]
    assert module.REMEMBERED > 1000


def test_who_waits_is_told_as_soon_as_a_thread_rings() -> None:
    bell = Bell()

    async def listen() -> object:
        threading.Timer(0.05, bell.ring, ["a--x"]).start()
        return (await asyncio.wait_for(bell.wait(bell.epoch, 0, 20), 5))["names"]

    assert asyncio.run(listen()) == ["a--x"]


def test_who_waits_in_vain_is_answered_in_the_end_and_forgotten() -> None:
    bell = Bell()
    assert asyncio.run(bell.wait(bell.epoch, 0, 0.05))["names"] == []
    assert bell._listening == set()
    bell.ring("a--x")


def test_who_waits_is_let_go_when_the_guard_ends() -> None:
    bell = Bell()

    async def listen() -> object:
        asyncio.get_running_loop().call_later(0.05, bell.wake)
        return await asyncio.wait_for(bell.wait(bell.epoch, 0, 20), 5)

    assert asyncio.run(listen()) == {"epoch": bell.epoch, "count": 0, "names": [], "all": False}
