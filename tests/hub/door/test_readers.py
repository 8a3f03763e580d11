"""What is long is read one at a time, and what is short does not wait for it."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

from hub.door.readers import FEW, LONG, Readers


def most_at_once(size: int, number: int) -> int:
    """How many of so many works of a size ran together."""
    lock, running, most = threading.Lock(), 0, 0
    all_there = threading.Barrier(FEW)

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        if size <= LONG:
            all_there.wait(5)  # breaks when there are fewer
        with lock:
            running -= 1

    async def scene() -> None:
        readers = Readers()
        await asyncio.gather(*(readers.run(work, size) for _ in range(number)))

    asyncio.run(scene())
    return most


def test_a_few_short_ones_are_read_at_once() -> None:
    assert most_at_once(LONG, 2 * FEW) == FEW


def test_long_ones_are_read_one_after_the_other() -> None:
    assert most_at_once(LONG + 1, 2 * FEW) == 1


def test_a_short_one_does_not_wait_for_a_long_one() -> None:
    async def scene() -> int:
        readers, done = Readers(), threading.Event()
        long = asyncio.create_task(readers.run(partial(done.wait, 10), LONG + 1))
        found = await readers.run(partial(sum, [1, 2]))
        done.set()
        assert await long
        return found

    assert asyncio.run(scene()) == 3
