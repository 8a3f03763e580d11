"""Signing in: each refusal has its own sentence, and nothing that was typed or is known of a person is written down."""

from __future__ import annotations

import pytest

from hub.authenticator import SENTENCES
from onboarding.demo.browser import Browser, SignInRefusedError
from tests.support.site import Installation

TYPED = "un mot de passe faux et long"


@pytest.mark.parametrize(
    ("login", "password", "said"),
    [
        ("c.martin", TYPED, "wrong_password"),
        ("personne.inconnue", TYPED, "unknown_person"),
        ("*", TYPED, "unknown_person"),
        ("", "", "unknown_person"),
        ("c.martin", "", "wrong_password"),
    ],
)
def test_a_sign_in_that_fails_says_which_of_the_two_is_wrong_and_opens_nothing(
    site: Installation, login: str, password: str, said: str
) -> None:
    with Browser(site.address) as browser:
        with pytest.raises(SignInRefusedError) as refused:
            browser.sign_in(login, password)
        assert SENTENCES[said] in str(refused.value)
        assert browser.home().form_to("/login") is not None


def test_no_log_and_no_journal_holds_a_password_and_no_log_holds_what_the_directory_says(site: Installation) -> None:
    with Browser(site.address) as browser, pytest.raises(SignInRefusedError):
        browser.sign_in("c.martin", TYPED)
    with site.signed_in("c.martin") as browser:
        browser.home()
    actor = site.cast.actor("c.martin")
    secret = {site.password, TYPED, actor.name, actor.mail, actor.login}
    logs = {path: path.read_text(errors="replace") for path in (site.places.state / "log").iterdir()}
    logs[site.places.state / "front"] = site.docker("logs", site.launch.front_container)
    assert {path.name for path in logs} >= {"hub.log", "signin.log", "guard.log"}
    assert site.cast.id("c.martin") in next(text for path, text in logs.items() if path.name == "hub.log")
    assert [(path.name, word) for path, text in logs.items() for word in secret if word in text] == []
    journals = [path for path in (site.places.state / "journal").rglob("*") if path.is_file()]
    assert [path for path in journals for word in (site.password, TYPED) if word in path.read_text()] == []
