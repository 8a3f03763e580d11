"""A workspace's server is written by whoever works in it: what of its raw answers reaches a browser.

Each promise is tried on the true front and on one without the protection, where the same answer must get through.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.images.conftest import Front
from tests.support.front import ANSWERS, TEMPLATE, Edit, without
from tests.support.hostile import Hostile

WORKSPACE, OWN = "abcd--impots.espaces.localhost", "/user/abcd/impots"
PAGE = f"{OWN}/lab"
CHANNELS = f"{OWN}/api/kernels/{'0' * 8}-{'0' * 4}-{'0' * 4}-{'0' * 4}-{'0' * 12}/channels"
OPENING = {
    "Origin": f"http://{WORKSPACE}:8000",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}
NO_FILTER: Edit = without(TEMPLATE, r"(?:header|body)_filter_by_lua_block \{.*\}")
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n"
FREE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\nX-Free: yes\r\n\r\nfree"


@pytest.fixture
def hostile() -> Iterator[Callable[[Path], Hostile]]:
    servers: list[Hostile] = []

    def start(path: Path) -> Hostile:
        servers.append(Hostile(path))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def raw(front: Front, target: str = PAGE, **headers: str) -> bytes:
    """Every byte that a browser would get."""
    lines = [
        f"GET {target} HTTP/1.1",
        f"Host: {WORKSPACE}:8000",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    if "Upgrade" not in headers:
        lines.append("Connection: close")
    with closing(socket.create_connection(("127.0.0.1", front.port), timeout=20)) as client:
        client.sendall("\r\n".join([*lines, "", ""]).encode())
        found = b""
        while part := client.recv(65536):
            found += part
        return found


def statuses(found: bytes) -> list[str]:
    return [line.split()[1].decode() for line in found.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


def headers_of(found: bytes) -> dict[str, list[str]]:
    head = found.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    named: dict[str, list[str]] = {}
    for line in head:
        name, _, value = line.partition(": ")
        named.setdefault(name.lower(), []).append(value)
    return named


@pytest.fixture
def both(start_front: Callable[..., Front], hostile: Callable[[Path], Hostile]) -> tuple[Front, Hostile]:
    running = start_front()
    return running, hostile(running.folder / "ws" / "abcd--impots" / "j.sock")


@pytest.fixture
def unfiltered(start_front: Callable[..., Front], hostile: Callable[[Path], Hostile]) -> tuple[Front, Hostile]:
    """A front without the filter of answers."""
    running = start_front(NO_FILTER)
    return running, hostile(running.folder / "ws" / "abcd--impots" / "j.sock")


INTERIM = {status: f"HTTP/1.1 {status} X\r\n\r\n".encode() + FREE for status in (100, 101, 102, 103, 150, 199)}


def test_an_interim_answer_followed_by_another_is_one_answer_that_says_nothing(both: tuple[Front, Hostile]) -> None:
    front, workspace = both
    for status, answer in INTERIM.items():
        workspace.answer = answer
        found = raw(front)
        assert (statuses(found), b"free" in found, b"X-Free" in found) == (["502"], False, False), status
        assert "sandbox" in headers_of(found)["content-security-policy"][0]


def test_without_the_filter_the_second_answer_reaches_the_browser_without_a_policy(
    unfiltered: tuple[Front, Hostile],
) -> None:
    front, workspace = unfiltered
    for status, answer in INTERIM.items():
        workspace.answer = answer
        found = raw(front)
        assert statuses(found) == [str(status), "200"]
        assert b"Content-Security-Policy" not in found[found.index(b"HTTP/1.1 200") :]


KEPT_COOKIES = {
    "jupyterhub-user-abcd--impots=v; HttpOnly; Path=/user/abcd/impots/": None,
    "a=1; Path=/user/abcd/impots/lab; expires=Tue, 26 Jan 2027 07:11:18 GMT; SameSite=Lax; Secure; Max-Age=1": None,
    'a="1|2:3"; Path=/user/abcd/impots': None,
    "a=1": "a=1; Path=/user/abcd/impots/",
    "a=1; HttpOnly": "a=1; HttpOnly; Path=/user/abcd/impots/",
}
DROPPED_COOKIES = (
    "a=1; Domain=espaces.localhost; Path=/user/abcd/impots/",
    "a=1; Path=/user/abcd/impots/; domain=localhost",
    "a=1; Path=/user/abcd/impots/;\tDomain=espaces.localhost",
    "a=1;\tPath=/;\tDomain\t=\tespaces.localhost",
    "a=1; Path=/user/abcd/impots/; Domain",
    "a=1; Path=/",
    "a=1; Path=/user/abcd/impots-autre/",
    "a=1; Path=/user/abcd/impots/; Path=/",
    "a=1; Path=/user/abcd/impots/; Partitioned",
    "a=1; Path=/user/abcd/impots/; Priority=High",
    "a b=1; Path=/user/abcd/impots/",
    "=1; Path=/user/abcd/impots/",
    "a; Path=/user/abcd/impots/",
    "a=é; Path=/user/abcd/impots/",
    "a=\x01; Path=/user/abcd/impots/",
    f"a={'x' * 4096}",
)


def with_cookies(*cookies: str) -> bytes:
    return OK + b"".join(f"Set-Cookie: {cookie}\r\n".encode() for cookie in cookies) + b"\r\ncorps"


def test_a_workspace_sets_cookies_for_its_own_addresses_alone(both: tuple[Front, Hostile]) -> None:
    front, workspace = both
    for cookie, kept in KEPT_COOKIES.items():
        workspace.answer = with_cookies(cookie)
        assert headers_of(raw(front))["set-cookie"] == [kept or cookie]
    for cookie in DROPPED_COOKIES:
        workspace.answer = with_cookies("b=2; Path=/user/abcd/impots/", cookie)
        assert headers_of(raw(front))["set-cookie"] == ["b=2; Path=/user/abcd/impots/"], cookie
        workspace.answer = with_cookies(cookie)
        assert "set-cookie" not in headers_of(raw(front)), cookie


def test_without_the_filter_the_same_cookies_reach_the_browser(unfiltered: tuple[Front, Hostile]) -> None:
    front, workspace = unfiltered
    for cookie in DROPPED_COOKIES:
        workspace.answer = with_cookies(cookie)
        assert len(headers_of(raw(front))["set-cookie"]) == 1, cookie


HOSTILE = [
    ("Content-Disposition", "attachment; filename=a.csv"),
    ("Content-Security-Policy", "connect-src *"),
    ("Content-Security-Policy-Report-Only", "default-src 'none'; report-uri https://elsewhere.test/"),
    ("Connection-Allowlist", "()"),
    ("Permissions-Policy", "clipboard-read=*"),
    ("Cross-Origin-Opener-Policy", "unsafe-none"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Service-Worker-Allowed", "/"),
    ("Access-Control-Allow-Origin", "*"),
    ("Clear-Site-Data", '"*"'),
    ("Strict-Transport-Security", "max-age=99999999"),
    ("Public-Key-Pins", "x"),
    ("Alt-Svc", 'h3=":443"'),
    ("NEL", "{}"),
    ("Report-To", "{}"),
    ("Reporting-Endpoints", 'a="https://elsewhere.test/"'),
    ("Link", "<https://elsewhere.test/>; rel=preconnect"),
    ("Refresh", "0;url=https://elsewhere.test/"),
    ("Location", "https://elsewhere.test/?secret"),
    ("SourceMap", "https://elsewhere.test/map"),
    ("Speculation-Rules", '"https://elsewhere.test/rules"'),
    ("Timing-Allow-Origin", "*"),
    ("Www-Authenticate", "Basic"),
    ("X-Accel-Redirect", "/statique/dsfr/dsfr.min.css"),
    ("X-Content-Type-Options", "sniff"),
    ("X-Dns-Prefetch-Control", "on"),
    ("X-Never-Heard-Of", "1"),
    ("Set_Cookie", "a=1; Path=/"),
]


def with_headers(*headers: tuple[str, str]) -> bytes:
    return OK + b"".join(f"{name}: {value}\r\n".encode() for name, value in headers) + b"\r\ncorps"


def test_no_header_of_a_workspace_passes_but_those_of_the_table(both: tuple[Front, Hostile]) -> None:
    front, workspace = both
    kept = [("ETag", '"1"'), ("Last-Modified", "Tue, 26 Jan 2027 07:11:18 GMT"), ("Cache-Control", "no-cache"),
            ("Vary", "Accept-Encoding"), ("Expires", "Tue, 26 Jan 2027 07:11:18 GMT")]  # fmt: skip
    workspace.answer = with_headers(*HOSTILE, *kept)
    found = headers_of(raw(front))
    ours = {
        "server", "date", "connection", "content-type", "content-length", "content-security-policy",
        "connection-allowlist", "permissions-policy", "x-content-type-options", "referrer-policy",
        "cross-origin-opener-policy", "cross-origin-resource-policy", "x-dns-prefetch-control",
    }  # fmt: skip
    assert found.keys() == ours | {name.lower() for name, _ in kept}
    assert [name for name, values in found.items() if len(values) != 1] == []
    assert [value for _, value in HOSTILE if [value] in found.values()] == []
    assert (found["cross-origin-opener-policy"], found["x-content-type-options"]) == (["same-origin"], ["nosniff"])


def test_without_the_filter_hostile_headers_pass(unfiltered: tuple[Front, Hostile]) -> None:
    front, workspace = unfiltered
    passed = [each for each in HOSTILE if not each[0].startswith("X-Accel")]
    workspace.answer = with_headers(*passed)
    found = headers_of(raw(front))
    assert [name for name, value in passed if value not in found.get(name.lower(), [])] == []


REFUSED_TYPES = (
    "application/octet-stream",
    "application/pdf",
    "application/x-ipynb+json",
    "application/xhtml+xml",
    "application/zip",
    "multipart/x-mixed-replace",
    "text/csv",
    "text/html\tx",
    "é",
)


@pytest.mark.parametrize(
    "shown", ["text/html; charset=UTF-8", "application/json", "IMAGE/PNG", "text/css ;x", "", None]
)
def test_what_jupyterlab_is_made_of_is_shown(both: tuple[Front, Hostile], shown: str | None) -> None:
    front, workspace = both
    line = f"Content-Type: {shown}\r\n" if shown is not None else ""
    workspace.answer = f"HTTP/1.1 200 OK\r\n{line}Content-Length: 5\r\n\r\ncorps".encode()
    found = raw(front)
    assert (statuses(found), found[-5:]) == (["200"], b"corps")
    assert headers_of(found)["content-type"][0].lower().startswith(shown.lower()[:8] if shown else "text/plain")


def test_a_type_that_a_browser_would_save_or_guess_is_no_answer(both: tuple[Front, Hostile]) -> None:
    front, workspace = both
    for kind in REFUSED_TYPES:
        workspace.answer = OK.replace(b"text/html", kind.encode()) + b"\r\ncorps"
        found = raw(front)
        assert (statuses(found), b"corps" in found) == (["502"], False), kind
    workspace.answer = OK + b"Content-Type: application/pdf\r\n\r\ncorps"
    assert statuses(raw(front)) == ["502"]


BROKEN = {
    "a header with a hidden name": OK + b"Set_Cookie: a=1\r\n\r\ncorps",
    "a header with a space in its name": OK + b"X-A B: 1\r\n\r\ncorps",
    "a folded header": OK + b"X-A: 1\r\n Set-Cookie: a=1; Path=/\r\n\r\ncorps",
    "a return without its line feed": OK + b"X-A: 1\rSet-Cookie: a=1; Path=/\r\n\r\ncorps",
    "a null": OK + b"X-A: 1\0\r\n\r\ncorps",
    "a status of nothing": b"HTTP/1.1 000 X\r\n\r\n" + FREE,
    "two lengths": OK + b"Content-Length: 40\r\n\r\ncorps" + FREE,
}


def test_an_answer_that_could_be_read_in_two_ways_is_none(both: tuple[Front, Hostile]) -> None:
    front, workspace = both
    for what, answer in BROKEN.items():
        workspace.answer = answer
        found = raw(front)
        assert b"free" not in found, what
        assert b"set-cookie" not in found.lower(), what
        assert b"set_cookie" not in found.lower(), what
        assert len(statuses(found)) == 1, what


# nginx takes these for answers of HTTP/0.9, and would pass them on byte for byte, without one header of its own
HEADLESS = (b"\r\n", b"x", b"xyz", b"HTTP/1.1 free\r\n", b"HTTP/1.1 1 X\r\n\r\n")


def test_an_answer_without_a_status_line_is_none(both: tuple[Front, Hostile]) -> None:
    front, workspace = both
    for begun in HEADLESS:
        workspace.answer = begun + FREE
        assert raw(front) == b"", begun


def test_without_the_filter_an_answer_without_a_status_line_reaches_the_browser_bare(
    unfiltered: tuple[Front, Hostile],
) -> None:
    front, workspace = unfiltered
    for begun in HEADLESS:
        workspace.answer = begun + FREE
        assert raw(front) == begun + FREE


def test_a_websocket_is_opened_by_a_page_of_the_workspace_and_by_no_other(both: tuple[Front, Hostile]) -> None:
    front, workspace = both
    accepted = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x"
    )
    workspace.answer = accepted + b"\r\nX-Free: 1\r\nSet-Cookie: a=1; Path=/\r\n\r\nframes"
    found = raw(front, CHANNELS, **OPENING)
    assert (statuses(found), found[-6:]) == (["101"], b"frames")
    assert (headers_of(found)["sec-websocket-accept"], headers_of(found)["upgrade"]) == (["x"], ["websocket"])
    assert not {"x-free", "set-cookie"} & headers_of(found).keys()
    for change in ({"Origin": "http://abcd--autre.espaces.localhost:8000"}, {"Origin": "null"}, {"Origin": ""},
                   {"Upgrade": "h2c"}, {"Upgrade": ""}):  # fmt: skip
        refused = raw(front, CHANNELS, **(OPENING | change))
        assert (statuses(refused), b"frames" in refused) == (["400"], False), change
    assert statuses(raw(front, PAGE, **OPENING)) == ["400"]


def test_without_the_check_of_origin_another_page_opens_the_websocket(
    start_front: Callable[..., Front], hostile: Callable[[Path], Hostile]
) -> None:
    front = start_front(without(TEMPLATE, r"\(\\S\+\) \\1 websocket\$", r"\S+ \S* websocket$"))
    workspace = hostile(front.folder / "ws" / "abcd--impots" / "j.sock")
    workspace.answer = b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nframes"
    found = raw(front, CHANNELS, **(OPENING | {"Origin": "http://elsewhere.test"}))
    assert (statuses(found), found[-6:]) == (["101"], b"frames")


FOREIGN = {
    "an image of another site": ("cross-site", "no-cors", "image"),
    "a script of another workspace": ("same-site", "no-cors", "script"),
    "a call of another workspace": ("same-site", "cors", "empty"),
    "a frame": ("same-site", "navigate", "iframe"),
    "an object": ("cross-site", "navigate", "object"),
}


def asked_by(site: str, mode: str, use: str) -> dict[str, str]:
    return {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": use}


@pytest.mark.parametrize("what", FOREIGN)
def test_what_another_site_asks_in_the_persons_name_is_refused(both: tuple[Front, Hostile], what: str) -> None:
    front, workspace = both
    workspace.answer = OK + b"\r\ncorps"
    assert statuses(raw(front, **asked_by(*FOREIGN[what]))) == ["403"]
    for own in (
        ("same-origin", "cors", "empty"),
        ("none", "navigate", "document"),
        ("cross-site", "navigate", "document"),
    ):
        assert statuses(raw(front, **asked_by(*own))) == ["200"]


def test_without_the_check_of_sites_another_site_asks(
    start_front: Callable[..., Front], hostile: Callable[[Path], Hostile]
) -> None:
    front = start_front(without(TEMPLATE, r"if \(\$foreign\) \{ return 403; \}"))
    hostile(front.folder / "ws" / "abcd--impots" / "j.sock").answer = OK + b"\r\ncorps"
    assert [statuses(raw(front, **asked_by(*each))) for each in FOREIGN.values()] == [["200"]] * len(FOREIGN)


def test_a_page_installs_no_worker_that_would_outlive_it(both: tuple[Front, Hostile]) -> None:
    front, workspace = both
    workspace.answer = OK + b"\r\ncorps"
    assert statuses(raw(front, f"{OWN}/static/lab/worker.js", **{"Service-Worker": "script"})) == ["403"]
    assert statuses(raw(front, f"{OWN}/static/lab/worker.js")) == ["200"]


def test_a_filter_that_fails_answers_nothing(
    start_front: Callable[..., Front], hostile: Callable[[Path], Hostile]
) -> None:
    front = start_front(without(ANSWERS, r"local why = fault", "error('x') local why = fault"))
    hostile(front.folder / "ws" / "abcd--impots" / "j.sock").answer = OK + b"\r\ncorps"
    assert raw(front) == b""
