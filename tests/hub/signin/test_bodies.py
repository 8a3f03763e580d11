"""The sign-in answers closed bodies and forms; what was sent is never repeated."""

from __future__ import annotations

import pytest

from hub.signin.bodies import (
    ApproveBody,
    BadRequestError,
    ResetBody,
    SignInBody,
    parse_approve,
    parse_form,
    parse_pass,
    parse_reset,
    parse_sign_in,
)

FINGERPRINT = "ab" * 32


def test_a_code_is_in_every_body_or_in_none() -> None:
    assert parse_sign_in(b'{"login": "h", "password": "p", "code": "1"}').code == "1"
    assert parse_sign_in(b'{"login": "h", "password": "p"}').code == ""
    reset = b'{"login": "h", "password": "p", "code": "1", "person": "pana01"}'
    assert parse_reset(reset) == ResetBody(login="h", password="p", code="1", person="pana01")


@pytest.mark.parametrize("person", ["", "PANA01", "../pana01", "pana01\\n", "ana.durand", "p" * 13])
def test_a_reset_is_of_a_person_by_id(person: str) -> None:
    with pytest.raises(BadRequestError):
        parse_reset(f'{{"login": "h", "password": "secret", "person": "{person}"}}'.encode())


@pytest.mark.parametrize("browser", ["", "ab" * 31, "AB" * 32, "ab" * 32 + "\\n", "zz" * 32])
def test_a_pass_is_for_a_browser_by_the_digest_of_its_secret(browser: str) -> None:
    body = b'{"ticket": "t", "workspace": "pana01--aides", "browser": "%s"}'
    assert parse_pass(body % (b"ab" * 32)).browser == "ab" * 32
    with pytest.raises(BadRequestError, match="SHA-256"):
        parse_pass(body % browser.encode())


def test_a_form_is_read_as_it_was_typed() -> None:
    content = b"login=h%40x&password=+%C3%A9%26%3D%0D%0A&code="
    assert parse_form(content, ("code", "login", "password")) == {"login": "h@x", "password": " é&=\r\n", "code": ""}


def test_the_two_bodies() -> None:
    assert parse_sign_in(b'{"login": "h", "password": "p w"}') == SignInBody(login="h", password="p w")
    content = f'{{"login": "h", "password": "p", "fingerprint": "{FINGERPRINT}"}}'.encode()
    assert parse_approve(content) == ApproveBody(login="h", password="p", fingerprint=FINGERPRINT)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"secret"',
        b'{"login": "h"}',
        b'{"login": "h", "password": "secret", "login": "other"}',
        b'{"login": "h", "password": "secret", "Login": "other"}',
        b'{"login": "h", "password": "secret", "factors": ["totp"]}',
        b'{"login": "h", "password": "secret", "code": 123456}',
        b'{"login": "h", "password": "secret", "code": null}',
        b'{"login": "h", "password": "secret", "code": "' + b"1" * 33 + b'"}',
        b'{"login": 1, "password": "secret"}',
        b'{"login": "h", "password": null}',
        b'{"login": "h", "password": "secret"} more',
        b'{"login": "h", "password": "secret\xff"}',
        b"[" * 3000,
        b'{"login": "h", "password": "' + b"s" * 1025 + b'"}',
        b'{"login": "' + b"h" * 257 + b'", "password": "secret"}',
    ],
)
def test_another_body_is_refused_without_repeating_it(content: bytes) -> None:
    with pytest.raises(BadRequestError) as refused:
        parse_sign_in(content)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "ab", FINGERPRINT.upper(), FINGERPRINT + "\\n", FINGERPRINT + "00", "g" * 64])
def test_a_fingerprint_is_64_hexadecimal_digits(text: str) -> None:
    with pytest.raises(BadRequestError):
        parse_approve(f'{{"login": "h", "password": "p", "fingerprint": "{text}"}}'.encode())


def test_a_password_is_not_in_what_prints_a_body() -> None:
    shown = repr(parse_sign_in(b'{"login": "h", "password": "secret", "code": "secret"}'))
    assert shown == "SignInBody(login='h')"
