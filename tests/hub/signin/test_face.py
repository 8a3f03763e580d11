"""The face's pages: what they ask, what they never say, who may send their forms."""

from __future__ import annotations

import asyncio
import re
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

from hub.settings import HubSettings
from hub.signin.attempts import Attempts
from hub.signin.face import make_face
from hub.signin.factors import setup_uri
from hub.signin.pages import draw
from hub.signin.refusals import Refused, RefusedError
from hub.signin.sentences import SENTENCES
from policies.files import parse
from tests.hub.test_settings import VALUES
from tests.support.face import ORIGIN, Visitor, form_to, key_of, visit
from tests.support.known_people import PASSWORD, KnownPeople

SECURE = "https://identite.localhost"


@pytest.fixture
def people(tmp_path: Path) -> KnownPeople:
    return KnownPeople(tmp_path)


class Site:
    """One face, and as many browsers on it as a test wants."""

    def __init__(self, people: KnownPeople, attempts: Attempts | None = None, **settings: Any) -> None:
        values = parse(HubSettings, VALUES | settings, "values.yaml")
        self._application = make_face(people.identity, attempts or people.attempts(), values).application()
        self._origin = ORIGIN if values.scheme == "http" else SECURE

    def visitor(self) -> Visitor:
        return visit(self._application, self._origin)


@pytest.fixture
def site(people: KnownPeople) -> Site:
    return Site(people)


@pytest.fixture
def visitor(site: Site) -> Visitor:
    return site.visitor()


def cookies(answer: Any) -> SimpleCookie:
    found = SimpleCookie()
    for each in answer.headers.get_list("set-cookie"):
        found.load(each)
    return found


def plain(text: str) -> str:
    return " ".join(text.split())


def title(content: str) -> str:
    found = re.search(r"<title>(.*?)</title>", content, re.DOTALL)
    return plain(found[1]) if found else ""


def test_enrolling_from_the_first_page_to_the_last(visitor: Visitor, people: KnownPeople) -> None:
    first = visitor.get()
    assert (first.status, title(first.content)) == (200, "Second facteur - Datalab")
    shown = visitor.submit(first, "/", login="ana", password=PASSWORD)
    assert (shown.status, title(shown.content)) == (200, "Enregistrer votre second facteur - Datalab")
    assert str(draw(setup_uri(key_of(shown), "ana"))) in shown.content
    device = visitor.enrol("ana", PASSWORD)
    found = people.store.find("pana01")
    assert (found.secret if found else None) == device.secret
    choice = visitor.begin("ana", PASSWORD, device.code())
    assert [form.action for form in choice.forms] == ["/remplacer", "/retirer"]
    assert visitor.submit(choice, "/retirer").section("Votre second facteur est retiré")
    assert people.store.find("pana01") is None


def test_replacing_shows_a_new_secret_and_says_that_the_old_one_stands(visitor: Visitor, people: KnownPeople) -> None:
    device = visitor.enrol("ana", PASSWORD)
    shown = visitor.submit(visitor.begin("ana", PASSWORD, device.code()), "/remplacer")
    assert "L'ancien reste valable" in shown.text
    assert key_of(shown) != device.secret
    wrong = visitor.submit(shown, "/confirmer", code=device.wrong())
    assert (wrong.status, key_of(wrong)) == (401, key_of(shown))
    found = people.store.find("pana01")
    assert (found.secret if found else None) == device.secret


FAULTS = [
    ({"login": "zoe"}, Refused.UNKNOWN_PERSON, "identifiant"),
    ({"password": "faux"}, Refused.WRONG_PASSWORD, "mot-de-passe"),
    ({"code": "123456"}, Refused.NO_FACTOR, "code"),
]


@pytest.mark.parametrize(("typed", "why", "field"), FAULTS, ids=[why.word for _, why, _ in FAULTS])
def test_what_is_wrong_is_told_in_the_title_first_on_the_page_and_at_its_field(
    visitor: Visitor, typed: dict[str, str], why: Refused, field: str
) -> None:
    page = visitor.submit(visitor.get(), "/", **({"login": "ana", "password": PASSWORD} | typed))
    html = page.content.replace("&#39;", "'")
    assert (page.status, title(html)) == (why.status, "Erreur : Second facteur - Datalab")
    assert f'<a href="#{field}">{SENTENCES[why.word]}</a>' in html
    assert re.search(r'role="alert" id="erreur" tabindex="-1" autofocus', html)
    [wrong] = re.findall(r"<input[^>]*aria-invalid[^>]*>", html)
    assert (f'id="{field}"' in wrong, f'aria-describedby="{field}-erreur"' in wrong) == (True, True)
    assert f'id="{field}-erreur">{SENTENCES[why.word]}</p>' in html


def test_a_wrong_code_shows_the_same_secret_again_and_says_so_in_the_title(visitor: Visitor) -> None:
    shown = visitor.begin("ana", PASSWORD)
    again = visitor.submit(shown, "/confirmer", code="abc")
    assert (again.status, key_of(again)) == (401, key_of(shown))
    assert title(again.content) == "Erreur : Enregistrer votre second facteur - Datalab"
    assert form_to(again, "/confirmer").fields["token"] != form_to(shown, "/confirmer").fields["token"]


def test_every_field_has_a_label_and_says_what_a_browser_may_fill_in(visitor: Visitor) -> None:
    pages = visitor.get().content + visitor.begin("ana", PASSWORD).content
    fields = [each for each in re.findall(r"<input[^>]*>", pages) if 'type="hidden"' not in each]
    kinds = {
        re.search(r'id="([^"]+)"', each)[1]: re.search(r'autocomplete="([^"]+)"', each)[1]  # type: ignore[index]
        for each in fields
    }
    assert kinds == {"identifiant": "username", "mot-de-passe": "current-password", "code": "one-time-code"}
    assert [each for each in kinds if f'<label class="fr-label" for="{each}">' not in pages] == []
    assert len([each for each in fields if 'inputmode="numeric"' in each]) == 2


def test_a_page_has_no_script_no_style_and_nothing_from_elsewhere(visitor: Visitor) -> None:
    visitor.enrol("ana", PASSWORD)
    for answer in visitor.answers:
        assert not re.search(r"<script|<style| style=| on\w+=|javascript:", answer.text), answer.url
        loaded = re.findall(r'<(?:link|img|iframe|object)[^>]*(?:href|src)="([^"]+)"', answer.text)
        assert [each for each in loaded if not each.startswith("/statique/")] == []
        assert 'lang="fr"' in answer.text


def test_every_answer_is_kept_nowhere_framed_nowhere_and_loads_from_its_own_origin(visitor: Visitor) -> None:
    visitor.enrol("ana", PASSWORD)
    visitor.get("/nulle-part")
    visitor.get("/retirer")
    visitor.post("/", {}, Origin="http://datalab.localhost:8000")
    statuses = [answer.status_code for answer in visitor.answers]
    assert statuses == [200, 200, 200, 404, 405, 403]
    wanted = {
        "cache-control": "no-store",
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin",
        "content-security-policy": (
            "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
    }
    for answer in visitor.answers:
        assert {name: answer.headers.get(name) for name in wanted} == wanted


def test_what_was_typed_comes_back_as_text_and_a_password_never(visitor: Visitor) -> None:
    page = visitor.begin('"><script>alert(1)</script>', PASSWORD)
    assert "<script" not in page.content
    assert 'value="&#34;&gt;&lt;script&gt;' in page.content
    page = visitor.begin("ana", "un secret <&> que nul ne lit")
    assert "un secret" not in page.content


@pytest.mark.parametrize(
    "origin",
    ["http://datalab.localhost:8000", "http://identite.localhost", "https://identite.localhost:8000", "null", "",
     "http://pana01--aides.espaces.localhost:8000", "http://identite.localhost:8000.elsewhere.test"],
)  # fmt: skip
def test_a_form_that_another_origin_sends_does_nothing(visitor: Visitor, people: KnownPeople, origin: str) -> None:
    shown = visitor.begin("ana", PASSWORD)
    before = people.journaled()
    fields = form_to(shown, "/confirmer").fields | {"code": "123456"}
    sent = {"login": "ana", "password": PASSWORD, "code": ""}
    for path, content in (("/", sent), ("/confirmer", fields), ("/remplacer", fields), ("/retirer", fields)):
        assert visitor.post(path, content, Origin=origin).status == 403
    assert people.journaled() == before


def test_a_form_without_an_origin_or_with_two_does_nothing(visitor: Visitor) -> None:
    sent = {"login": "ana", "password": PASSWORD, "code": ""}
    for headers in ([], [("Origin", ORIGIN), ("Origin", "http://elsewhere.test")]):
        answer = visitor.client.request("POST", f"{ORIGIN}/", data=sent, headers=headers)
        assert answer.status_code == 403


def test_the_token_of_one_browser_opens_nothing_in_another(site: Site, people: KnownPeople) -> None:
    """Whoever reads a page over a shoulder, or plants a token of theirs, lacks the cookie that goes with it."""
    ana, eve = site.visitor(), site.visitor()
    shown = ana.begin("ana", PASSWORD)
    eve.begin("ben", PASSWORD)
    fields = form_to(shown, "/confirmer").fields
    assert eve.post("/confirmer", fields | {"code": "123456"}).status == 410
    assert people.store.find("pana01") is None
    # and the token that was tried so is void
    assert ana.post("/confirmer", fields | {"code": "123456"}).status == 410


def test_a_cookie_that_was_planted_before_is_replaced(site: Site) -> None:
    """Fixation: what the browser held before the sign-in opens nothing afterwards."""
    ana = site.visitor()
    ana.client.cookies.set("formulaire", "planted", domain="identite.localhost")  # type: ignore[attr-defined]
    ana.begin("ana", PASSWORD)
    value = cookies(ana.answers[-1])["formulaire"].value
    assert (value != "planted", len(value)) == (True, 43)


@pytest.mark.parametrize(
    ("scheme", "port", "name", "secure"),
    [("http", 8000, "formulaire", False), ("https", 443, "__Host-formulaire", True)],
)
def test_the_cookie_is_for_ten_minutes_this_host_and_no_script(
    people: KnownPeople, scheme: str, port: int, name: str, secure: bool
) -> None:
    visitor = Site(people, scheme=scheme, public_port=port).visitor()
    visitor.get()
    assert not cookies(visitor.answers[-1])
    visitor.begin("ana", PASSWORD)
    [(found, cookie)] = cookies(visitor.answers[-1]).items()
    kept = {key: value for key, value in cookie.items() if value}
    wanted = {"max-age": "600", "path": "/", "httponly": True, "samesite": "strict"}
    assert (found, kept) == (name, wanted | ({"secure": True} if secure else {}))
    device = visitor.enrol("ana", PASSWORD)
    assert cookies(visitor.answers[-1])[name]["max-age"] == "0"
    assert visitor.begin("ana", PASSWORD, device.code()).status == 200


SENT = {"login": "ana", "password": PASSWORD, "code": ""}
ODD: dict[str, tuple[bytes, str]] = {
    "a field too many": (b"login=ana&password=x&code=&person=pben02", "application/x-www-form-urlencoded"),
    "a field too few": (b"login=ana&password=x", "application/x-www-form-urlencoded"),
    "a field twice": (b"login=ana&login=ben&password=x&code=", "application/x-www-form-urlencoded"),
    "not UTF-8": (b"login=%ff&password=x&code=", "application/x-www-form-urlencoded"),
    "not a form": (b"\xff\xfe", "application/x-www-form-urlencoded"),
    "empty": (b"", "application/x-www-form-urlencoded"),
    "JSON": (b'{"login": "ana", "password": "x", "code": ""}', "application/json"),
    "JSON said to be a form": (b'{"login": "ana"}', "application/x-www-form-urlencoded"),
    "no type": (b"login=ana&password=x&code=", ""),
    "parts": (b"--b--", "multipart/form-data; boundary=b"),
    "a long login": (b"login=" + b"a" * 300 + b"&password=x&code=", "application/x-www-form-urlencoded"),
    "a long code": (b"login=ana&password=x&code=" + b"1" * 33, "application/x-www-form-urlencoded"),
    "too long": (b"login=ana&password=" + b"x" * 9000 + b"&code=", "application/x-www-form-urlencoded"),
    "many fields": (b"&".join(b"a%d=1" % number for number in range(500)), "application/x-www-form-urlencoded"),
}


@pytest.mark.parametrize(("content", "kind"), ODD.values(), ids=ODD.keys())
def test_a_form_that_is_not_the_pages_own_is_refused_whole(
    visitor: Visitor, people: KnownPeople, content: bytes, kind: str
) -> None:
    headers = {"Origin": ORIGIN, "Content-Type": kind}
    answer = visitor.client.request("POST", f"{ORIGIN}/", content=content, headers=headers)
    assert answer.status_code == 400
    assert people.journaled() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/sign-in"), ("POST", "/approve"), ("POST", "/reset-factor"), ("GET", "/sign-in"), ("GET", "/docs"),
     ("PUT", "/"), ("DELETE", "/retirer"), ("GET", "/confirmer"), ("GET", "/retirer/"), ("GET", "//"),
     ("GET", "/%2e%2e/")],
)  # fmt: skip
def test_the_face_has_no_route_but_its_own(visitor: Visitor, method: str, path: str) -> None:
    answer = visitor.client.request(method, f"{ORIGIN}{path}", headers={"Origin": ORIGIN})
    assert answer.status_code in {404, 405}


@pytest.mark.parametrize("host", ["datalab.localhost:8000", "identite.localhost.elsewhere.test", "", "127.0.0.1"])
def test_under_another_hosts_name_there_is_no_face(visitor: Visitor, host: str) -> None:
    assert visitor.get("/", Host=host).status == 400


def test_guessing_on_the_face_is_slowed_with_every_other_attempt(people: KnownPeople) -> None:
    """What failed elsewhere counts here, whatever the case of the login; beyond the longest wait, come again."""
    attempts = people.attempts(free_failures=1, first_delay_s=15.0, longest_delay_s=15.0, longest_wait_s=15.0)
    for _ in range(2):
        with pytest.raises(RefusedError, match="unknown_person"):
            asyncio.run(attempts.run("ana", guess))
    waiting = attempts._slowdown.reserve("Ana", attempts._clock())
    page = Site(people, attempts).visitor().begin("ANA", PASSWORD)
    assert waiting is not None
    assert waiting > 14
    assert (page.status, "Trop d'essais" in page.text) == (429, True)


def guess() -> None:
    raise RefusedError(Refused.UNKNOWN_PERSON)
