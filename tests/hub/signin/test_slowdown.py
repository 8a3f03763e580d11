"""Guessing is slowed, one login at a time and in general, and nobody is locked out."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from hub.signin.settings import SigninSettings
from hub.signin.slowdown import ROOM_FOR_OTHERS, Slowdown

SETTINGS = SigninSettings(
    directory_password_file=Path("/secret"),
    free_failures=3,
    first_delay_s=1,
    longest_delay_s=8,
    longest_wait_s=20,
    forget_after_s=600,
    failures_per_minute=60,
    common_delay_s=2,
    remembered_logins=100,
    free_wrong_codes=5,
    code_pause_s=900,
    most_at_once=50,
)


def make(**changes: object) -> Slowdown:
    return Slowdown(SETTINGS.model_copy(update=changes), b"secret")


def fail(slowdown: Slowdown, login: str, now: float) -> float:
    """One wrong attempt, judged as soon as it has waited; returns when it was."""
    wait = slowdown.reserve(login, now)
    assert wait is not None
    slowdown.failed(login, now + wait)
    return now + wait


def test_the_delay_doubles_with_each_failure_up_to_its_bound() -> None:
    slowdown, now, waits = make(), 0.0, []
    for _ in range(9):
        judged = fail(slowdown, "helene", now)
        waits.append(judged - now)
        now = judged
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 8]


def test_time_that_passed_counts_as_waiting() -> None:
    slowdown = make()
    for _ in range(5):
        fail(slowdown, "helene", 0)
    assert slowdown.reserve("helene", 1_000) == 0


def test_after_any_number_of_failures_the_right_person_waits_at_most_the_bound() -> None:
    slowdown, now = make(), 0.0
    for _ in range(500):
        now = fail(slowdown, "helene", now)
    assert slowdown.reserve("helene", now) == SETTINGS.longest_delay_s


def test_a_success_forgets_the_failures() -> None:
    slowdown, now = make(), 0.0
    for _ in range(6):
        now = fail(slowdown, "helene", now)
    wait = slowdown.reserve("helene", now)
    assert wait
    slowdown.succeeded("helene", now + wait)
    assert slowdown.reserve("helene", now + wait) == 0


def test_another_login_does_not_wait() -> None:
    slowdown, now = make(), 0.0
    for _ in range(10):
        now = fail(slowdown, "helene", now)
    assert slowdown.reserve("yanis", now) == 0


@pytest.mark.parametrize("same", ["HELENE", " helene ", "ｈelene"])
def test_what_a_directory_takes_for_the_same_login_shares_its_delay(same: str) -> None:
    slowdown, now = make(), 0.0
    for _ in range(5):
        now = fail(slowdown, "helene", now)
    assert slowdown.reserve(same, now) == 2


def test_attempts_side_by_side_gain_nothing() -> None:
    """Sent together, they are spaced as if each had failed before the next."""
    slowdown = make()
    waits = [slowdown.reserve("helene", 0) for _ in range(9)]
    assert waits == [0, 0, 0, 0, 1, 3, 7, 15, None]


def test_what_was_refused_to_wait_is_not_counted() -> None:
    slowdown = make()
    for _ in range(100):
        slowdown.reserve("helene", 0)
    assert slowdown.reserve("helene", 15) == 8


def test_an_attempt_that_nobody_could_judge_counts_neither_way() -> None:
    slowdown = make()
    for _ in range(20):
        assert slowdown.reserve("helene", 0) == 0
        slowdown.abandoned("helene", 0)


def test_failures_are_forgotten_after_a_while() -> None:
    slowdown, now = make(longest_delay_s=300, longest_wait_s=300), 0.0
    for _ in range(12):
        now = fail(slowdown, "helene", now)
    assert slowdown.reserve("helene", now + 601) == 0
    slowdown.failed("helene", now + 601)
    assert slowdown.reserve("helene", now + 601) == 0


def test_guessing_of_many_logins_makes_all_wait_a_little_then_passes() -> None:
    slowdown = make()
    for number in range(61):
        fail(slowdown, f"login{number}", 0)
    assert slowdown.reserve("helene", 0) == 1
    for number in range(100):
        fail(slowdown, f"other{number}", 0)
    assert slowdown.reserve("yanis", 0) == SETTINGS.common_delay_s
    assert slowdown.reserve("camille", 120) == 0


def test_memory_is_bounded_whatever_is_tried() -> None:
    slowdown = make(common_delay_s=0)
    for number in range(10_000):
        fail(slowdown, f"login{number}", number)
    assert slowdown.remembered == SETTINGS.remembered_logins


def test_attempts_at_once_are_bounded_and_the_place_is_given_back() -> None:
    slowdown = make(most_at_once=2)
    assert [slowdown.reserve(login, 0) for login in ("a", "b", "a")] == [0, 0, None]
    slowdown.abandoned("b", 0)
    assert slowdown.reserve("a", 0) == 0


def test_those_who_fail_take_no_room_of_those_who_did_not() -> None:
    slowdown = make(most_at_once=4, common_delay_s=0)
    for login in ("a", "b", "c", "d"):
        fail(slowdown, login, 0)
    assert [slowdown.reserve(login, 0) for login in ("a", "b", "c", "d", "a")] == [0, 0, 0, 0, None]
    others = [slowdown.reserve(f"other{number}", 0) for number in range(4 * ROOM_FOR_OTHERS)]
    assert (others[0], others.count(None)) == (0, 4)


@pytest.mark.parametrize("longer", ["longest_delay_s", "common_delay_s"])
def test_settings_that_would_lock_people_out_are_refused(longer: str) -> None:
    with pytest.raises(ValidationError, match="would lock people out"):
        SigninSettings.model_validate(SETTINGS.model_dump() | {longer: 21, "longest_wait_s": 20})
