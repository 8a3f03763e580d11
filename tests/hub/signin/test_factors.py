"""A code counts at its time, once; a few wrong ones and the next is looked at much later."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from pyotp import TOTP

from hub.signin.factors import Factor, Judged, Patience, Verdict, judge_code, matching_steps, plain_code, setup_uri

# the secret and the codes of RFC 6238, appendix B, the last six of their eight digits
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
PUBLISHED = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
NOW = datetime(2026, 5, 4, 9, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30
PATIENCE = Patience(free=3, pause=timedelta(minutes=15))
FACTOR = Factor(person="pana01", id="0" * 16, secret=SECRET, since=NOW, used_step=STEP - 10)


def code(offset: int = 0) -> str:
    """The code of a step, counted from the present one."""
    return TOTP(SECRET).generate_otp(STEP + offset)


def judge(typed: str, moment: datetime = NOW, **changes: Any) -> Judged:
    return judge_code(FACTOR.model_copy(update=changes), typed, moment, PATIENCE)


@pytest.mark.parametrize(("moment", "published"), PUBLISHED.items())
def test_codes_are_those_of_the_standard(moment: int, published: str) -> None:
    assert matching_steps(SECRET, published, datetime.fromtimestamp(moment, UTC)) == [moment // 30]


@pytest.mark.parametrize(
    ("offset", "verdict"),
    [(-2, Verdict.WRONG), (-1, Verdict.RIGHT), (0, Verdict.RIGHT), (1, Verdict.RIGHT), (2, Verdict.WRONG)],
)
def test_one_step_of_drift_is_allowed_on_either_side_and_no_more(offset: int, verdict: Verdict) -> None:
    assert judge(code(offset)).verdict is verdict


@pytest.mark.parametrize(("second", "offset"), [(0, -1), (29, 1)])
def test_the_drift_is_counted_in_steps_not_in_seconds(second: int, offset: int) -> None:
    assert judge(code(offset), NOW.replace(second=second)).verdict is Verdict.RIGHT


def test_a_right_code_is_remembered_by_its_step_and_forgives_wrong_ones() -> None:
    judged = judge(code(1), wrong_codes=2, wrong_at=NOW)
    assert judged == Judged(Verdict.RIGHT, FACTOR.model_copy(update={"used_step": STEP + 1}))


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_the_code_of_a_step_that_was_taken_is_used(offset: int) -> None:
    taken = FACTOR.model_copy(update={"used_step": STEP + offset})
    assert judge_code(taken, code(offset), NOW, PATIENCE) == Judged(Verdict.USED, taken)


def test_a_step_before_the_one_that_was_taken_is_used_too() -> None:
    assert judge(code(-1), used_step=STEP).verdict is Verdict.USED


def test_a_step_after_the_one_that_was_taken_is_right() -> None:
    assert judge(code(1), used_step=STEP).verdict is Verdict.RIGHT


def test_a_wrong_code_is_counted_with_its_moment() -> None:
    changes = {"wrong_codes": 1, "wrong_at": NOW}
    assert judge("000000") == Judged(Verdict.WRONG, FACTOR.model_copy(update=changes))


def test_a_used_code_is_not_counted_among_the_wrong_ones() -> None:
    assert judge(code(), used_step=STEP).factor.wrong_codes == 0


@pytest.mark.parametrize(
    ("wrong", "since", "verdict"),
    [
        (2, timedelta(0), Verdict.RIGHT),
        (3, timedelta(0), Verdict.NOT_LOOKED_AT),
        (3, timedelta(minutes=14, seconds=59), Verdict.NOT_LOOKED_AT),
        (3, timedelta(minutes=15), Verdict.RIGHT),
        (300, timedelta(minutes=15), Verdict.RIGHT),
        (3, -timedelta(minutes=14), Verdict.NOT_LOOKED_AT),
        (3, -timedelta(days=400), Verdict.RIGHT),
    ],
    ids=["free", "at once", "just before", "after the pause", "never locked out", "clock back", "clock far back"],
)
def test_after_a_few_wrong_codes_none_is_looked_at_for_a_while(wrong: int, since: timedelta, verdict: Verdict) -> None:
    judged = judge(code(), wrong_codes=wrong, wrong_at=NOW - since)
    assert judged.verdict is verdict
    assert (judged.factor.wrong_codes == wrong) == (verdict is Verdict.NOT_LOOKED_AT)


def test_a_day_of_guessing_looks_at_about_a_hundred_codes() -> None:
    factor, looked = FACTOR, 0
    for second in range(0, 86_400, 8):
        judged = judge_code(factor, "x", NOW + timedelta(seconds=second), PATIENCE)
        looked += judged.verdict is Verdict.WRONG
        factor = judged.factor
    assert looked == 98


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("123\u00a0456", "123456"),
        ("12345", ""),
        ("1234567", ""),
        ("12345a", ""),
        ("-12345", ""),
        ("１２３４５６", ""),
        ("١٢٣٤٥٦", ""),
        ("", ""),
        ("123456\0", ""),
    ],
)
def test_a_code_is_six_digits_whatever_spaces_stand_in_it(typed: str, plain: str) -> None:
    assert plain_code(typed) == plain


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": SECRET.lower()},
        {"secret": SECRET[:-1]},
        {"secret": SECRET + "A"},
        {"secret": "1" * 32},
        {"id": "x" * 16},
        {"person": "../p"},
        {"since": "2026-05-04T09:00:00"},
        {"used_step": -1},
        {"used_step": "1"},
        {"more": 1},
    ],
)
def test_a_factor_of_another_form_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Factor.model_validate_json(json.dumps(FACTOR.model_dump(mode="json") | changes), strict=True)


def test_a_secret_is_not_in_what_prints_a_factor() -> None:
    assert SECRET not in repr(FACTOR)


def test_an_application_is_told_the_secret_the_account_and_who_asks() -> None:
    assert setup_uri(SECRET, "c.martin") == f"otpauth://totp/Datalab:c.martin?secret={SECRET}&issuer=Datalab"
