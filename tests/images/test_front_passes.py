"""A workspace answers the browser that was let in, and no other: the front verifies what the sign-in process signed.

The workspace's own server is one that its person wrote anew, and answers whoever asks.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path

import pytest

from hub.signin.passes import KEY_FILE
from policies.names import WorkspaceName
from tests.images.conftest import Answer, Front, answer_of
from tests.support.front import (
    PASS_COOKIE,
    SECRET,
    SECRET_COOKIE,
    TEMPLATE,
    WANTED_COOKIE,
    cookie_header,
    pass_for,
    without,
)
from tests.support.hostile import Hostile, as_answer
from tests.support.signing import make_key

HOST, OWN, HUB = "abcd--impots.espaces.localhost", "/user/abcd/impots", "http://datalab.localhost:8000"
NAME = WorkspaceName("abcd", "impots")
DIGEST = hashlib.sha256(SECRET.encode()).hexdigest()
GOOD = pass_for(NAME)
NO_CHECK = without(TEMPLATE, r"access_by_lua_block \{.*\}")
KERNEL = "0c3c6a1b-ca90-4344-9202-f64bbd188819"
CALLS = (f"{OWN}/api/kernels", f"{OWN}/api/contents/a.ipynb", f"{OWN}/lab/api/settings", f"{OWN}/datalab/avis")


@pytest.fixture
def hostile() -> Iterator[Callable[[Path], Hostile]]:
    servers: list[Hostile] = []

    def start(path: Path) -> Hostile:
        servers.append(Hostile(path))
        servers[-1].answer = as_answer("200 OK", b'"data"')
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def site(start_front: Callable[..., Front], hostile: Callable[[Path], Hostile]) -> tuple[Front, Hostile]:
    front = start_front()
    hostile(front.folder / "door" / "door.sock")
    return front, hostile(front.folder / "ws" / str(NAME) / "j.sock")


def ask(front: Front, target: str, cookie: str = "", method: str = "GET", **headers: str) -> Answer:
    """With these cookies and no other."""
    connection = HTTPConnection("127.0.0.1", front.port, timeout=20)
    return answer_of(connection, method, target, {"Host": f"{HOST}:8000", "Cookie": cookie, **headers})


def shown(passed: str, secret: str = SECRET) -> str:
    return f"{SECRET_COOKIE}={secret}; {PASS_COOKIE}={passed}"


def set_cookies(headers: Message) -> dict[str, str]:
    """By name, value and marks."""
    return dict(each.split("=", 1) for each in headers.get_all("Set-Cookie", []))


def test_a_browser_without_a_pass_is_sent_to_the_hub_with_the_digest_of_a_secret_of_its_own(
    site: tuple[Front, Hostile],
) -> None:
    front, workspace = site
    answers = [ask(front, f"{OWN}/{page}") for page in ("", "lab", "lab/tree/a.ipynb", "oauth_callback?code=x")]
    for answer in answers:
        secret, _, marks = set_cookies(answer.headers)[SECRET_COOKIE].partition("; ")
        digest = hashlib.sha256(secret.encode()).hexdigest()
        assert (answer.status, answer.headers["Location"]) == (302, f"{HUB}/hub/entree/abcd/impots?navigateur={digest}")
        assert (len(secret), marks) == (64, "Max-Age=86400; Path=/; HttpOnly; SameSite=Lax")
        assert answer.headers["Cache-Control"] == "no-store"
    assert len({answer.headers["Location"] for answer in answers}) == len(answers)
    assert workspace.asked == []


def test_a_browser_keeps_its_secret_while_it_asks_for_a_pass(site: tuple[Front, Hostile]) -> None:
    answer = ask(site[0], f"{OWN}/lab", f"{SECRET_COOKIE}={SECRET}")
    assert answer.headers["Location"].endswith(f"?navigateur={DIGEST}")
    other = ask(site[0], f"{OWN}/lab", f"{SECRET_COOKIE}=chosen-by-somebody")
    assert set_cookies(other.headers)[SECRET_COOKIE][:64].isalnum()


def test_a_call_without_a_pass_is_told_in_french_and_reaches_nobody(site: tuple[Front, Hostile]) -> None:
    front, workspace = site
    for target in CALLS:
        for method in ("GET", "PUT"):
            answer = ask(front, target, method=method)
            assert answer.status in {401, 404}, target
            assert b'"data"' not in answer.body
    told = ask(front, CALLS[0])
    assert (told.status, "Votre session est fermée" in told.body.decode()) == (401, True)
    websocket = {
        "Upgrade": "websocket", "Connection": "Upgrade", "Origin": f"http://{HOST}:8000",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13",
    }  # fmt: skip
    assert ask(front, f"{OWN}/api/kernels/{KERNEL}/channels", **websocket).status == 401
    assert workspace.asked == []


def test_without_the_check_whoever_reaches_the_front_is_answered(
    start_front: Callable[..., Front], hostile: Callable[[Path], Hostile]
) -> None:
    front = start_front(NO_CHECK)
    for socket in ("door/door.sock", f"ws/{NAME}/j.sock"):
        hostile(front.folder / socket)
    assert {ask(front, target).body for target in CALLS} == {b'"data"'}


def flip(text: str) -> str:
    return text[:-1] + ("0" if text[-1] != "0" else "1")


NO_PASS = {
    "for another person's workspace": shown(pass_for(WorkspaceName("efgh", "impots"))),
    "for another workspace of theirs": shown(pass_for(WorkspaceName("abcd", "autre"))),
    "in another browser": shown(GOOD, "0" * 64),
    "without the browser's secret": f"{PASS_COOKIE}={GOOD}",
    "that has ended": shown(pass_for(NAME, hours=-0.01)),
    "signed by another key": shown(pass_for(NAME, make_key(9))),
    "with another end": shown(f"{int(GOOD[:10]) + 1}{GOOD[10:]}"),
    "with another signature": shown(flip(GOOD)),
    "cut": shown(GOOD[:-2]),
    "prolonged": shown(f"{GOOD}00"),
    "without a signature": shown(f"{GOOD[:11]}"),
    "with an end of another form": shown(f"0x{GOOD[2:]}"),
    "empty": shown(""),
    "whose secret is of another form": shown(GOOD, f"{SECRET}0"),
    "under a name that another host could set": f"__Host-{SECRET_COOKIE}={SECRET}; __Host-{PASS_COOKIE}={GOOD}",
}


@pytest.mark.parametrize("what", NO_PASS)
def test_a_pass_is_refused(site: tuple[Front, Hostile], what: str) -> None:
    front, workspace = site
    assert ask(front, CALLS[0], shown(GOOD)).body == b'"data"'
    workspace.asked.clear()
    assert (ask(front, CALLS[0], NO_PASS[what]).status, ask(front, CALLS[1], NO_PASS[what]).status) == (401, 401)
    assert workspace.asked == []


def test_without_the_key_of_the_sign_in_nobody_is_let_in(site: tuple[Front, Hostile]) -> None:
    front, _ = site
    key = front.folder / "identity" / KEY_FILE
    good = key.read_bytes()
    for content in (b"", b"0" * 64, good[:-1], good + b"\n", b"g" * 64):
        key.write_bytes(content)
        assert ask(front, CALLS[0], shown(GOOD)).status == 401, content
    key.unlink()
    assert ask(front, CALLS[0], shown(GOOD)).status == 401
    key.write_bytes(good)
    assert ask(front, CALLS[0], shown(GOOD)).status == 200


def test_a_browser_that_comes_back_with_its_pass_is_let_in(site: tuple[Front, Hostile]) -> None:
    front, _ = site
    answer = ask(front, f"/entree?code={GOOD}", f"{SECRET_COOKIE}={SECRET}")
    assert (answer.status, answer.headers["Location"]) == (302, f"{OWN}/")
    assert set_cookies(answer.headers)[WANTED_COOKIE].startswith("; Max-Age=0; ")
    value, _, marks = set_cookies(answer.headers)[PASS_COOKIE].partition("; ")
    lasts, _, others = marks.partition("; ")
    assert (value, others) == (GOOD, "Path=/; HttpOnly; SameSite=Lax")
    assert time.time() + int(lasts.removeprefix("Max-Age=")) == pytest.approx(int(GOOD[:10]), abs=5)


def test_a_browser_gets_where_it_wanted_to_go(site: tuple[Front, Hostile]) -> None:
    front, _ = site
    wanted = f"{OWN}/lab/tree/dossier%20a/%C3%A9t%C3%A9.ipynb?reset&x=%2F"
    kept = set_cookies(ask(front, wanted).headers)[WANTED_COOKIE].partition(";")[0]
    answer = ask(front, f"/entree?code={GOOD}", f"{SECRET_COOKIE}={SECRET}; {WANTED_COOKIE}={kept}")
    assert answer.headers["Location"] == wanted


@pytest.mark.parametrize(
    "kept",
    ["", "//elsewhere.test/", "http://elsewhere.test/", "/user/abcd/autre/lab", "/user/efgh/impots/",
     "%2F%2Felsewhere.test",
     f"{OWN}/lab%0D%0ASet-Cookie:%20a=b", f"{OWN}%20/", "/hub/logout"],
)  # fmt: skip
def test_a_wanted_address_leads_nowhere_but_into_the_workspace(site: tuple[Front, Hostile], kept: str) -> None:
    answer = ask(site[0], f"/entree?code={GOOD}", f"{SECRET_COOKIE}={SECRET}; {WANTED_COOKIE}={kept}")
    assert (answer.status, answer.headers["Location"]) == (302, f"{OWN}/")


def test_a_pass_that_was_sent_to_somebody_else_lets_them_nowhere(site: tuple[Front, Hostile]) -> None:
    front, _ = site
    for cookie in ("", f"{SECRET_COOKIE}={'0' * 64}", shown(GOOD, "0" * 64)):
        answer = ask(front, f"/entree?code={GOOD}", cookie)
        assert (answer.status, set_cookies(answer.headers)) == (403, {}), cookie
        assert "Cette entrée ne vaut pas ici" in answer.body.decode()
    assert ask(front, f"/entree?code={flip(GOOD)}", f"{SECRET_COOKIE}={SECRET}").status == 403
    assert ask(front, "/entree", f"{SECRET_COOKIE}={SECRET}").status == 403
    assert ask(front, f"/entree?code={GOOD}", f"{SECRET_COOKIE}={SECRET}", method="POST").status == 403


def test_a_workspace_hears_its_own_cookies_and_never_the_fronts(site: tuple[Front, Hostile]) -> None:
    front, workspace = site
    ask(front, CALLS[0], cookie_header(str(NAME), "_xsrf=a", "b=c=d"))
    ask(front, CALLS[0], shown(GOOD))
    heard = [each.decode().lower() for each in workspace.asked]
    assert "\r\ncookie: _xsrf=a; b=c=d\r\n" in heard[0]
    assert ["datalab-" in each or SECRET in each for each in heard] == [False, False]
    assert "\r\ncookie:" not in heard[1]


def test_with_tls_no_other_host_can_set_the_fronts_cookies(start_front: Callable[..., Front]) -> None:
    front = start_front(SCHEME="https", PUBLIC_PORT="443")
    cookies = set_cookies(ask(front, f"{OWN}/lab").headers)
    assert list(cookies) == [f"__Host-{SECRET_COOKIE}", f"__Host-{WANTED_COOKIE}"]
    assert cookies[f"__Host-{SECRET_COOKIE}"].endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")
    assert ask(front, f"{OWN}/lab", shown(GOOD)).status == 302


def test_a_long_cookie_costs_no_more_than_a_short_one(site: tuple[Front, Hostile]) -> None:
    """A pattern that tries again at each space would hold a worker of the front for seconds, and with it everybody."""
    front, _ = site
    begun = time.monotonic()
    for hostile in ("a=x" + " " * 12_000 + "x", " " * 12_000 + "x", "a" * 12_000, "=" * 12_000, "; " * 6_000):
        assert ask(front, CALLS[0], f"{hostile}; {shown(GOOD)}").status == 200
    assert time.monotonic() - begun < 2.0
