"""Everyone together takes no more than there is, and nobody alone most of it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, suppress

import pytest

from hub.door.errors import BUSY, RefusedError
from hub.door.shares import Shares, Turns


def refused(shares: Shares, person: str, amount: int) -> bool:
    with suppress(RefusedError), shares.hold(person, amount):
        return False
    return True


def test_a_person_takes_their_share_and_leaves_the_rest_to_others() -> None:
    shares = Shares(10, 4)
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(shares.hold("anne", 2))
        assert (refused(shares, "anne", 1), refused(shares, "bruno", 4)) == (True, False)


def test_everyone_together_takes_no_more_than_there_is() -> None:
    shares = Shares(10, 4)
    with shares.hold("anne", 4), shares.hold("bruno", 4):
        assert (refused(shares, "chloe", 3), refused(shares, "chloe", 2)) == (True, False)


def test_what_was_held_is_given_back_however_it_ended() -> None:
    shares = Shares(4, 4)
    with suppress(ZeroDivisionError), shares.hold("anne", 1) as held:
        held.grow(3)
        assert refused(shares, "bruno", 1)
        raise ZeroDivisionError
    assert not refused(shares, "bruno", 4)
    assert shares._held == {}


def test_what_is_refused_is_not_held_and_what_was_held_before_is() -> None:
    shares = Shares(4, 4)
    with shares.hold("anne", 3) as held:
        with pytest.raises(RefusedError) as error:
            held.grow(2)
        assert (error.value.status, str(error.value)) == (503, BUSY)
        assert (held.amount, refused(shares, "anne", 2), refused(shares, "anne", 1)) == (3, True, False)


def test_what_is_free_counts_for_nothing_even_when_all_is_taken() -> None:
    shares = Shares(4, 4)
    with shares.hold("anne", 4), shares.hold("bruno", free=10) as held:
        for _ in range(5):
            held.grow(2)
        with pytest.raises(RefusedError):
            held.grow(1)


def test_a_part_that_is_free_only_in_part_counts_for_the_rest() -> None:
    shares = Shares(4, 4)
    with shares.hold("anne", free=3) as held:
        held.grow(5)
        assert held.amount == 2


def test_turns_are_so_many_and_who_waits_too_long_is_told() -> None:
    async def scene() -> list[str]:
        turns, said = Turns(1, 0.05), []
        async with turns.take():
            try:
                async with turns.take():
                    said.append("taken twice")
            except RefusedError as error:
                said.append(str(error))
        async with turns.take():
            said.append("taken")
        return said

    assert asyncio.run(scene()) == [BUSY, "taken"]
