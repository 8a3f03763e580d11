"""What is signed says which factors were shown; who may take away a second factor, and who not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pyotp import TOTP

from hub.signin.bodies import ApproveBody, ResetBody, SignInBody
from hub.signin.refusals import RefusedError
from hub.signin.service import SignIn
from policies.proofs.tickets import check_ticket
from tests.hub.signin.test_factors import FACTOR, NOW, SECRET
from tests.support.known_people import PASSWORD, KnownPeople
from tests.support.signing import make_key, published

CODE = TOTP(SECRET).at(NOW)


@pytest.fixture
def people(tmp_path: Path) -> KnownPeople:
    """Ana and two of the administrators have a second factor, all with one secret."""
    found = KnownPeople(tmp_path, lambda: NOW)
    for person in ("pana01", "padm01", "pfar03", "pdev04"):
        found.store.write(FACTOR.model_copy(update={"person": person}))
    return found


@pytest.fixture
def service(people: KnownPeople) -> SignIn:
    return SignIn(people.identity, make_key())


def factors(service: SignIn, login: str, code: str) -> tuple[str, ...]:
    answer = service.sign_in(SignInBody(login=login, password=PASSWORD, code=code))
    return check_ticket(answer["ticket"], published(make_key()), NOW, timedelta(hours=1)).factors


def test_a_ticket_says_which_factors_were_shown(service: SignIn, people: KnownPeople) -> None:
    assert factors(service, "ana", CODE) == ("password", "totp")
    assert factors(service, "ben", "") == ("password",)
    assert people.journaled() == [
        ("sign_in", {"person": "pana01", "factors": ["password", "totp"]}),
        ("sign_in", {"person": "pben02", "factors": ["password"]}),
    ]


@pytest.mark.parametrize(
    ("login", "password", "code", "word"),
    [
        ("ana", PASSWORD, "", "code_needed"),
        ("ana", PASSWORD, "   ", "code_needed"),
        ("ana", PASSWORD, "000000", "wrong_code"),
        ("ben", PASSWORD, CODE, "no_factor"),
        ("ana", "wrong", CODE, "wrong_password"),
        ("ana", "wrong", "", "wrong_password"),
        ("zoe", PASSWORD, CODE, "unknown_person"),
    ],
)
def test_every_refusal_is_journaled_without_what_was_typed_and_signs_nothing(
    service: SignIn, people: KnownPeople, login: str, password: str, code: str, word: str
) -> None:
    typed = {"login": login, "password": password, "code": code}
    known = {"ana": {"person": "pana01"}, "ben": {"person": "pben02"}}.get(login, {})
    for call, body, kind in (
        (service.sign_in, SignInBody(**typed), "sign_in_refused"),
        (service.approve, ApproveBody(**typed, fingerprint="ab" * 32), "approval_refused"),
    ):
        with pytest.raises(RefusedError) as refused:
            call(body)  # type: ignore[operator]
        assert refused.value.why.word == word
        assert people.journaled()[-1] == (kind, {"reason": word} | known)


def test_a_code_with_a_wrong_password_is_not_taken(service: SignIn) -> None:
    with pytest.raises(RefusedError, match="wrong_password"):
        service.sign_in(SignInBody(login="ana", password="wrong", code=CODE))
    assert factors(service, "ana", CODE) == ("password", "totp")


def test_a_code_that_signed_in_approves_nothing(service: SignIn) -> None:
    assert factors(service, "ana", CODE) == ("password", "totp")
    with pytest.raises(RefusedError, match="used_code"):
        service.approve(ApproveBody(login="ana", password=PASSWORD, code=CODE, fingerprint="ab" * 32))


def reset(service: SignIn, login: str, person: str, code: str = CODE) -> object:
    return service.reset_factor(ResetBody(login=login, password=PASSWORD, code=code, person=person))


def test_an_administrator_of_dinum_with_two_factors_resets_another_s(service: SignIn, people: KnownPeople) -> None:
    assert reset(service, "adm", "pana01") == {"person": "pana01"}
    assert people.store.find("pana01") is None
    assert people.journaled() == [("factor_reset", {"person": "padm01", "of": "pana01"})]
    assert factors(service, "ana", "") == ("password",)


@pytest.mark.parametrize(
    ("login", "person", "code", "word"),
    [
        ("ana", "pana01", CODE, "not_administrator"),
        ("dev", "pana01", CODE, "not_administrator"),
        ("far", "pana01", CODE, "not_administrator"),
        ("bis", "pana01", "", "two_factors_needed"),
        ("adm", "padm01", CODE, "own_factor"),
        ("ADM", "padm01", CODE, "own_factor"),
        ("bis", "padm02", "", "own_factor"),
        ("adm", "pben02", CODE, "nothing_to_reset"),
        ("adm", "pana01", "", "code_needed"),
        ("adm", "pana01", "000000", "wrong_code"),
    ],
)
def test_nobody_else_resets_anything_and_each_try_is_journaled(
    service: SignIn, people: KnownPeople, login: str, person: str, code: str, word: str
) -> None:
    before = {each: people.store.find(each) is not None for each in ("pana01", "padm01", "pben02")}
    with pytest.raises(RefusedError) as refused:
        reset(service, login, person, code)
    assert refused.value.why.word == word
    assert {each: people.store.find(each) is not None for each in before} == before
    [(kind, payload)] = people.journaled()
    assert (kind, payload["reason"]) == ("factor_reset_refused", word)
    assert payload.get("of", person) == person
