"""The door on real sockets, between a browser's raw requests and workspaces that answer whatever they like."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Any

import pytest

from hub.door.api import FORWARDED, UNFORESEEN
from hub.door.ledger import NO_JOURNAL
from hub.door.workspaces import ABSENT, TOO_LONG
from hub.guard.host import mounts
from hub.guard.host.expected import SOCKETS
from policies.files import fingerprint
from tests.support.door import NAME, PLACE, about, as_json
from tests.support.door_site import Site, Unix, door_site
from tests.support.hostile import Hostile, as_answer


@pytest.fixture
def site() -> Iterator[Site]:
    with door_site() as made:
        yield made


TEXT = about("a.csv", format="text", content="a;b\n")
OPEN = "/a.csv?content=1&type=file&format=text"
SAVE = {"type": "file", "format": "text", "content": "a;b\n", "path": "a.csv"}


def test_a_file_is_shown_once_the_journal_has_it(site: Site) -> None:
    site.answers("200 OK", TEXT)
    status, shown, headers = site.ask(tail=OPEN)
    assert (status, shown["content"], headers["content-type"]) == (200, "a;b\n", "application/json")
    [(kind, payload)] = site.diary.entries()
    assert (kind, payload["path"], payload["bytes"], payload["sha256"]) == (
        "file_out", "a.csv", 4, fingerprint(b"a;b\n"),
    )  # fmt: skip


def test_the_workspace_hears_the_call_in_our_own_writing_and_the_proofs_of_who_asks(site: Site) -> None:
    site.answers("200 OK", about("é.csv"))
    told = {name: f"of-{name}" for name in FORWARDED} | {"X-Evil": "1", "Accept-Encoding": "gzip", "TE": "trailers"}
    site.ask(tail="/%C3%A9.csv?content=0&1795591031447", **told)
    head = site.workspace.asked[0].decode().partition("\r\n\r\n")[0].split("\r\n")
    heard = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
    assert head[0] == f"GET {PLACE}/%C3%A9.csv?content=0 HTTP/1.1"
    assert heard == {name: f"of-{name}" for name in FORWARDED} | {
        "accept-encoding": "identity", "connection": "close", "content-type": "application/json",
    }  # fmt: skip


def test_a_save_is_journaled_before_the_workspace_hears_of_it(site: Site) -> None:
    written: list[int] = []
    site.workspace.speak = lambda client: (
        written.append(len(site.diary.entries())),
        client.sendall(as_answer("200 OK", as_json(about("a.csv")))),
    )[1]
    status, known, _ = site.ask("PUT", body=SAVE)
    assert (status, known["name"], written) == (200, "a.csv", [1])
    assert json.loads(site.workspace.asked[0].partition(b"\r\n\r\n")[2]) == {
        "type": "file", "format": "text", "content": "a;b\n",
    }  # fmt: skip


def test_when_the_journal_cannot_be_written_nothing_is_shown_and_nothing_is_saved(site: Site) -> None:
    site.answers("200 OK", TEXT)
    site.diary.break_it()
    for asked in (("GET", OPEN, None), ("PUT", "/a.csv", SAVE)):
        status, told, _ = site.ask(*asked)
        assert (status, told) == (503, {"message": NO_JOURNAL, "reason": None})
    assert [asked.split(b" ")[0] for asked in site.workspace.asked] == [b"GET"]


def outcomes(site: Site) -> list[tuple[str, str | None, int | None]]:
    return [(kind, payload.get("outcome"), payload.get("status")) for kind, payload in site.diary.entries()]


REFUSALS: dict[str, tuple[bytes, int, str, int | None]] = {
    "a refusal": (as_answer("409 Conflict", as_json({"message": "plus récent"})), 409, "refused", 409),
    "a login page": (as_answer("403 Forbidden", b"<html>"), 403, "refused", 403),
    "a fault": (as_answer("500 Oops", b"{}"), 500, "unknown", 500),
    "an answer that is none of a file": (as_answer("200 OK", b"[]"), 502, "unknown", 200),
    "a way elsewhere": (as_answer("302 Found", b"", "Location: /login"), 502, "unknown", 302),
    "nothing": (b"", 503, "unknown", None),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_a_save_that_the_workspace_did_not_take_leaves_a_second_entry_that_says_so(site: Site, what: str) -> None:
    site.workspace.answer, status, outcome, told = REFUSALS[what]
    for _ in range(2):  # nor does it cover the next one
        assert site.ask("PUT", body=SAVE)[0] == status
    assert outcomes(site) == [("file_in", None, None), ("file_in_outcome", outcome, told)] * 2


def test_a_save_that_the_workspace_took_has_its_one_entry(site: Site) -> None:
    site.answers("200 OK", about("a.csv"))
    for _ in range(3):
        assert site.ask("PUT", body=SAVE)[0] == 200
    assert outcomes(site) == [("file_in", None, None)]


def test_when_the_outcome_cannot_be_journaled_it_is_said(site: Site) -> None:
    def break_off(client: socket.socket) -> None:
        site.diary.break_it()
        client.sendall(as_answer("409 Conflict", b"{}"))

    site.workspace.speak = break_off
    assert site.ask("PUT", body=SAVE)[:2] == (503, {"message": NO_JOURNAL, "reason": None})


NOBODYS = ("personne", "p7f3k2--aides", "P7F3K2", "a")


@pytest.mark.parametrize("person", NOBODYS)
def test_nothing_is_journaled_in_the_name_of_a_workspace_that_is_not_there(site: Site, person: str) -> None:
    place = PLACE.replace("p7f3k2", person)
    with closing(Unix(site.socket)) as connection:
        connection.request("PUT", f"{place}/a.csv", as_json(SAVE))
        assert connection.getresponse().status in {400, 503}
    assert site.diary.entries() == []


def test_a_file_in_the_place_of_a_socket_is_no_workspace(site: Site) -> None:
    socket_path = site.ws / str(NAME) / "j.sock"
    socket_path.unlink()
    socket_path.write_text("")
    assert site.ask("PUT", body=SAVE)[:2] == (503, {"message": ABSENT, "reason": None})
    assert site.diary.entries() == []


def test_an_upload_does_not_reach_the_workspace(site: Site) -> None:
    status, told, _ = site.ask("PUT", body={"type": "file", "format": "base64", "name": "a.csv", "content": "YQ=="})
    assert (status, "Déposer un fichier" in told["message"]) == (403, True)
    assert (site.workspace.asked, site.diary.entries()) == ([], [])


def test_what_the_workspace_refuses_is_said_with_its_status(site: Site) -> None:
    site.answers("409 Conflict", {"message": "existe déjà", "reason": None, "traceback": "secret"})
    assert site.ask("PATCH", body={"path": "b.csv"})[:2] == (409, {"message": "existe déjà", "reason": None})


def test_nothing_of_a_hostile_answer_passes_but_what_the_form_has(site: Site) -> None:
    site.answers(
        "200 OK", TEXT | {"evil": "x"}, "Set-Cookie: a=1; Path=/", "Content-Disposition: attachment", "Location: //evil"
    )
    status, shown, headers = site.ask(tail=OPEN)
    assert (status, "evil" in shown) == (200, False)
    assert headers.keys() == {"content-type", "content-length", "cache-control", "date"}


def speak(*parts: bytes, pause: float = 0, then: float = 0) -> Any:
    def say(client: socket.socket) -> None:
        for part in parts:
            client.sendall(part)
            time.sleep(pause)
        time.sleep(then)

    return say


CHUNKED, PIECE = b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"a" * 65536 + b"\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
HOSTILE: dict[str, tuple[Any, int, str]] = {
    "silence": (speak(then=4), 503, ABSENT),
    "an end": (speak(), 503, ABSENT),
    "a letter a second": (speak(HEAD, b"Content-Length: 9\r\n\r\n", *[b"x"] * 9, pause=0.5), 503, ABSENT),
    "no HTTP": (speak(b"hello\r\n\r\n"), 503, ABSENT),
    "an endless head": (speak(HEAD + b"X: " + b"a" * 1_000_000), 503, ABSENT),
    "endless interim answers": (speak(*[b"HTTP/1.1 103 X\r\n\r\n"] * 2000, pause=0.002), 503, ABSENT),
    "half an answer": (speak(HEAD + b"Content-Length: 900\r\n\r\n{}"), 503, ABSENT),
    "an endless body": (speak(HEAD + b"\r\n", *[b"a" * 65536] * 16), 413, TOO_LONG),
    "an endless body in pieces": (speak(HEAD + CHUNKED, *[PIECE] * 16), 502, ABSENT),
    "a compressed body": (speak(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"), 502, ABSENT),
    "a way elsewhere": (speak(b"HTTP/1.1 302 X\r\nLocation: http://evil/\r\nContent-Length: 0\r\n\r\n"), 502, ABSENT),
    "another protocol": (speak(b"HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n{}"), 503, ABSENT),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_answer_is_bounded_in_bytes_and_in_time(site: Site, what: str) -> None:
    site.workspace.speak, wanted, message = HOSTILE[what]
    begun = time.monotonic()
    status, told, _ = site.ask(tail=OPEN)
    assert (status, told["message"]) == (wanted, message)
    assert time.monotonic() - begun < 2 * site.settings.answer_s
    assert site.diary.entries() == []


def test_a_workspace_that_is_not_there_is_said_to_be_absent(site: Site) -> None:
    site.workspace.stop()
    assert site.ask(tail=OPEN)[:2] == (503, {"message": ABSENT, "reason": None})


def other_socket(site: Site) -> Hostile:
    """What a link in the place of a workspace's socket would lead to: the hub's, another workspace's."""
    other = Hostile(site.run / "other.sock")
    other.answer = as_answer("200 OK", as_json(TEXT))
    own = site.ws / str(NAME) / "j.sock"
    own.unlink()
    own.symlink_to(site.run / "other.sock")
    return other


def test_a_link_in_the_place_of_the_socket_leads_the_door_nowhere(site: Site) -> None:
    other = other_socket(site)
    assert site.ask(tail=OPEN)[0] == 503
    assert other.asked == []
    other.stop()


def test_on_a_file_system_that_follows_links_it_would(site: Site) -> None:
    site.workspace.stop()
    mounts.unmount(str(site.ws))
    mounts.tmpfs(site.ws, SOCKETS - {"nosymfollow"}, "mode=0711,size=1m")
    (site.ws / str(NAME)).mkdir()
    (site.ws / str(NAME) / "j.sock").touch()
    other = other_socket(site)
    assert (site.ask(tail=OPEN)[0], len(other.asked)) == (200, 1)
    other.stop()


BODIES: dict[str, tuple[list[bytes], int]] = {
    "too large": ([b"Content-Length: 100000000\r\n\r\n", *[b"x" * 65536] * 64], 413),
    "too large, in pieces": (
        [b"Transfer-Encoding: chunked\r\n\r\n", *[b"10000\r\n" + b"x" * 65536 + b"\r\n"] * 64],
        413,
    ),
    "too slow": ([b"Content-Length: 100\r\n\r\n", b"x"], 408),
}


@pytest.mark.parametrize("what", BODIES)
def test_a_browsers_body_is_bounded_too(site: Site, what: str) -> None:
    pieces, status = BODIES[what]
    with closing(socket.socket(socket.AF_UNIX)) as client:
        client.settimeout(10)
        client.connect(str(site.socket))
        client.sendall(f"PUT {PLACE}/a.csv HTTP/1.1\r\nHost: x\r\n".encode())
        with suppress(OSError):
            for piece in pieces:
                client.sendall(piece)
        assert client.recv(65536).split(b" ")[1] == str(status).encode()
    assert (site.workspace.asked, site.diary.entries()) == ([], [])


@pytest.mark.parametrize(
    "line",
    [f"GET {PLACE}/../../x HTTP/1.1", "GET /user/p7f3k2/aides-ciblage/files/a HTTP/1.1", f"TRACE {PLACE}/a HTTP/1.1",
     f"GET http://evil{PLACE}/a HTTP/1.1", "GET / HTTP/1.1", f"GET {PLACE}/a%2fb HTTP/1.1", f"HEAD {PLACE}/a HTTP/1.1"],
)  # fmt: skip
def test_an_address_that_is_not_a_files_reaches_no_workspace(site: Site, line: str) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as client:
        client.settimeout(10)
        client.connect(str(site.socket))
        client.sendall(f"{line}\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        assert client.recv(65536).split(b" ")[1] == b"400"
    assert site.workspace.asked == []


def test_one_workspace_that_hangs_keeps_no_other_waiting(site: Site) -> None:
    other = site.ws / "autre1--aides-ciblage"
    other.mkdir()
    quick = Hostile(other / "j.sock")
    quick.answer = as_answer("200 OK", as_json(TEXT))
    site.workspace.speak = speak(then=1.5)
    with ThreadPoolExecutor(12) as pool:
        hung = [pool.submit(site.ask, tail=OPEN) for _ in range(6)]
        time.sleep(0.2)
        begun = time.monotonic()
        with closing(Unix(site.socket)) as connection:
            connection.request("GET", PLACE.replace("p7f3k2", "autre1") + OPEN)
            assert connection.getresponse().status == 200
        assert time.monotonic() - begun < 0.5
        assert {each.result()[0] for each in hung} == {503}
    quick.stop()


def test_a_fault_of_ours_passes_nothing_and_says_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.answers("200 OK", TEXT)
    monkeypatch.setattr("hub.door.files.read_answer", lambda *_: 1 / 0)
    assert site.ask(tail=OPEN)[:2] == (503, {"message": UNFORESEEN, "reason": None})
