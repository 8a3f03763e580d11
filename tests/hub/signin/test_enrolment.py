"""Enrolling takes a password, then a code of the secret that was shown; changing a factor takes a code of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pyotp import TOTP

from hub.signin.bodies import Typed
from hub.signin.enrolment import Enrolment, Step
from hub.signin.open_forms import LIFETIME_S, TRIES, Key, OpenForms
from hub.signin.refusals import RefusedError
from tests.hub.signin.test_factors import NOW
from tests.support.known_people import PASSWORD, KnownPeople


class Clock:
    """A moment and a steady clock that go together."""

    def __init__(self) -> None:
        self.passed = 0.0

    def moment(self) -> datetime:
        return NOW + timedelta(seconds=self.passed)

    def steady(self) -> float:
        return self.passed


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(tmp_path: Path, clock: Clock) -> KnownPeople:
    return KnownPeople(tmp_path, clock.moment)


@pytest.fixture
def enrolment(people: KnownPeople, clock: Clock) -> Enrolment:
    return Enrolment(people.identity, OpenForms(), clock.steady)


def typed(login: str = "ana", password: str = PASSWORD, code: str = "") -> Typed:
    return Typed(login=login, password=password, code=code)


def code_of(secret: str | None, clock: Clock) -> str:
    assert secret is not None
    return TOTP(secret).at(clock.moment())


def refusal(call: Callable[..., object], *details: object) -> str:
    with pytest.raises(RefusedError) as refused:
        call(*details)
    return refused.value.why.word


def enrolled(enrolment: Enrolment, clock: Clock, login: str = "ana") -> str:
    """Enrol, then let a step pass; the secret."""
    step = enrolment.begin(typed(login))
    secret = step.form.secret or ""
    assert enrolment.confirm(step.key, code_of(secret, clock)) is None
    clock.passed += 30
    return secret


def test_only_a_right_code_enrols(people: KnownPeople, enrolment: Enrolment, clock: Clock) -> None:
    step = enrolment.begin(typed())
    assert people.store.find("pana01") is None
    again = enrolment.confirm(step.key, "000000")
    assert isinstance(again, Step)
    assert (again.wrong, again.form.secret, again.key != step.key) == (True, step.form.secret, True)
    assert people.store.find("pana01") is None
    assert enrolment.confirm(again.key, code_of(again.form.secret, clock)) is None
    found = people.store.find("pana01")
    assert found is not None
    assert (found.secret, found.since) == (step.form.secret, clock.moment())
    assert people.journaled() == [
        ("factor_begun", {"person": "pana01", "factors": ["password"]}),
        ("factor_refused", {"person": "pana01", "reason": "wrong_code"}),
        ("factor_enrolled", {"person": "pana01", "replaced": False}),
    ]


def test_every_secret_is_new(enrolment: Enrolment) -> None:
    secrets = {enrolment.begin(typed()).form.secret for _ in range(20)}
    assert (len(secrets), {len(each or "") for each in secrets}) == (20, {32})


def test_the_same_step_cannot_be_taken_twice(enrolment: Enrolment, clock: Clock) -> None:
    step = enrolment.begin(typed())
    enrolment.confirm(step.key, "000000")
    assert refusal(enrolment.confirm, step.key, code_of(step.form.secret, clock)) == "form_gone"


def test_after_ten_minutes_it_is_too_late_however_often_one_tried(enrolment: Enrolment, clock: Clock) -> None:
    step = enrolment.begin(typed())
    clock.passed = LIFETIME_S - 1
    again = enrolment.confirm(step.key, "000000")
    assert again is not None
    clock.passed = LIFETIME_S
    assert refusal(enrolment.confirm, again.key, code_of(step.form.secret, clock)) == "form_gone"


def test_wrong_codes_end_the_form_after_a_few(people: KnownPeople, enrolment: Enrolment) -> None:
    step: Step | None = enrolment.begin(typed())
    for _ in range(TRIES - 1):
        assert step is not None
        step = enrolment.confirm(step.key, "000000")
    assert step is not None
    assert refusal(enrolment.confirm, step.key, "000000") == "form_gone"
    assert people.store.find("pana01") is None


@pytest.mark.parametrize(
    ("what", "word"),
    [
        (typed("zoe"), "unknown_person"),
        (typed(password="wrong"), "wrong_password"),
        (typed(code="123456"), "no_factor"),
    ],
)
def test_whoever_does_not_show_who_they_are_begins_nothing(
    people: KnownPeople, enrolment: Enrolment, what: Typed, word: str
) -> None:
    assert refusal(enrolment.begin, what) == word
    assert [kind for kind, _ in people.journaled()] == ["factor_refused"]


def test_the_password_alone_neither_replaces_nor_removes(
    people: KnownPeople, enrolment: Enrolment, clock: Clock
) -> None:
    enrolled(enrolment, clock)
    assert refusal(enrolment.begin, typed()) == "code_needed"
    assert refusal(enrolment.begin, typed(code="000000")) == "wrong_code"
    assert people.store.find("pana01") is not None


def test_with_a_code_of_it_a_factor_is_replaced_once_the_new_one_is_confirmed(
    people: KnownPeople, enrolment: Enrolment, clock: Clock
) -> None:
    old = enrolled(enrolment, clock)
    choice = enrolment.begin(typed(code=code_of(old, clock)))
    assert choice.form.secret is None
    step = enrolment.replace(choice.key)
    assert step.form.secret not in {None, old}
    kept = people.store.find("pana01")
    assert (kept.secret if kept else None) == old
    assert enrolment.confirm(step.key, code_of(step.form.secret, clock)) is None
    found = people.store.find("pana01")
    assert (found.secret if found else None) == step.form.secret


def test_with_a_code_of_it_a_factor_is_removed(people: KnownPeople, enrolment: Enrolment, clock: Clock) -> None:
    secret = enrolled(enrolment, clock)
    choice = enrolment.begin(typed(code=code_of(secret, clock)))
    enrolment.remove(choice.key)
    assert people.store.find("pana01") is None
    assert people.journaled()[-1] == ("factor_removed", {"person": "pana01"})


def test_each_form_serves_for_what_its_page_offers(enrolment: Enrolment, clock: Clock) -> None:
    step = enrolment.begin(typed())
    assert refusal(enrolment.remove, step.key) == "form_gone"
    step = enrolment.begin(typed())
    assert refusal(enrolment.replace, step.key) == "form_gone"
    secret = enrolled(enrolment, clock)
    choice = enrolment.begin(typed(code=code_of(secret, clock)))
    assert refusal(enrolment.confirm, choice.key, code_of(secret, clock)) == "form_gone"


def test_who_began_before_another_enrolled_enrols_nothing(
    people: KnownPeople, enrolment: Enrolment, clock: Clock
) -> None:
    """Two processes' worth of forms: somebody with the password began first, the person finished first."""
    other = Enrolment(people.identity, OpenForms(), clock.steady)
    step = other.begin(typed())
    mine = enrolled(enrolment, clock)
    assert refusal(other.confirm, step.key, code_of(step.form.secret, clock)) == "factor_changed"
    found = people.store.find("pana01")
    assert (found.secret if found else None) == mine


def test_who_begins_anew_voids_what_was_begun_whatever_the_case_of_the_login(
    enrolment: Enrolment, clock: Clock
) -> None:
    step = enrolment.begin(typed("ana"))
    enrolment.begin(typed("ANA"))
    assert refusal(enrolment.confirm, step.key, code_of(step.form.secret, clock)) == "form_gone"


def test_the_code_that_confirmed_signs_nobody_in_whatever_the_case_of_the_login(
    people: KnownPeople, enrolment: Enrolment, clock: Clock
) -> None:
    step = enrolment.begin(typed())
    code = code_of(step.form.secret, clock)
    enrolment.confirm(step.key, code)
    assert refusal(people.identity.identify, typed("Ana", code=code), "sign_in_refused") == "used_code"


def test_nothing_is_shown_that_cannot_be_journaled(people: KnownPeople, enrolment: Enrolment) -> None:
    people.chain.write_text("a file where the journal should be")
    assert refusal(enrolment.begin, typed()) == "journal_unavailable"


def test_a_form_that_was_never_begun_is_gone(enrolment: Enrolment) -> None:
    assert refusal(enrolment.confirm, Key("", ""), "123456") == "form_gone"
