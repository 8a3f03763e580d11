"""What is slow, large or many of one person's is in nobody else's way; what is too much is refused, not died of."""

from __future__ import annotations

import json
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from hub.door import api
from hub.door.api import Door
from hub.door.errors import BUSY, NO_MEMORY
from hub.door.files import Answer
from hub.door.target import parse_target
from tests.support.door import NAME, PLACE, about, as_json
from tests.support.door_process import DoorProcess, door_process
from tests.support.door_site import Site, Unix, door_site
from tests.support.hostile import Hostile, as_answer

TEXT = about("a.csv", format="text", content="a;b\n")
OPEN = "/a.csv?content=1&type=file&format=text"
OTHER = "autre1"
MIB = 1024 * 1024


@contextmanager
def other_workspace(site: Site) -> Iterator[None]:
    """A workspace of somebody else, which answers at once."""
    folder = site.ws / f"{OTHER}--{NAME.processing}"
    folder.mkdir()
    quick = Hostile(folder / "j.sock")
    quick.answer = as_answer("200 OK", as_json(TEXT))
    yield
    quick.stop()


def served(site: Site) -> tuple[int, float]:
    """What the other person is answered, and in how many seconds."""
    begun = time.monotonic()
    with closing(Unix(site.socket)) as connection:
        connection.request("GET", PLACE.replace(NAME.person, OTHER) + OPEN)
        return connection.getresponse().status, time.monotonic() - begun


class Slow:
    """Requests of one person whose bodies come a letter at a time, or not at all."""

    def __init__(self, site: Site, number: int, begun: bytes = b"x") -> None:
        self._stack = ExitStack()
        self.clients = [self._stack.enter_context(closing(socket.socket(socket.AF_UNIX))) for _ in range(number)]
        for client in self.clients:
            client.settimeout(20)
            client.connect(str(site.socket))
            client.sendall(f"PUT {PLACE}/a.csv HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n".encode() + begun)

    def __enter__(self) -> Slow:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def answers(self) -> list[bytes]:
        return sorted(client.recv(65536).split(b" ")[1] for client in self.clients)


class WithinATurn(Door):
    """The door as it would be if a body was read while a turn is held."""

    async def _answer(self, until_taken: ExitStack, request: Request) -> Answer:
        target = parse_target(request.scope["raw_path"].decode())
        held = until_taken.enter_context(self._bytes.hold(target.workspace.person, free=MIB))
        async with self._turns.take():
            body = await api.read_body(request, MIB, self._settings.body_s, held)
            return await self._files.pass_on(request.method, target, request.url.query, {}, body, held)


def test_slow_bodies_hold_no_turn_and_others_are_served_meanwhile() -> None:
    with door_site(at_once=2, at_once_per_person=8) as site, other_workspace(site), Slow(site, 8) as slow:
        assert served(site) < (200, 1)
        assert slow.answers() == [b"408"] * 8


def test_slow_bodies_that_are_read_within_a_turn_would_hold_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.door_process.Door", WithinATurn)
    with door_site(at_once=2, body_s=6.0) as site, other_workspace(site), Slow(site, 8):
        assert served(site)[0] == 503


def hang(client: socket.socket) -> None:
    client.recv(1)


def hang_all(site: Site, number: int) -> ExitStack:
    """So many requests of one person that their own workspace does not answer."""
    stack = ExitStack()
    for _ in range(number):
        connection = stack.enter_context(closing(Unix(site.socket)))
        connection.request("GET", PLACE + OPEN)
    return stack


def wait_until_asked(site: Site, number: int) -> None:
    end = time.monotonic() + 5
    while len(site.workspace.asked) < number and time.monotonic() < end:
        time.sleep(0.01)  # the workspace has no way to tell
    assert len(site.workspace.asked) == number


def test_one_person_holds_a_few_turns_and_leaves_the_others_to_others() -> None:
    with door_site(at_once=4, at_once_per_person=3, answer_s=5.0) as site, other_workspace(site):
        site.workspace.speak = hang
        with hang_all(site, 12):
            wait_until_asked(site, 3)
            assert served(site) < (200, 1)


def test_one_person_who_may_hold_all_of_them_would() -> None:
    with door_site(at_once=4, at_once_per_person=4, answer_s=2.0) as site, other_workspace(site):
        site.workspace.speak = hang
        with hang_all(site, 12):
            wait_until_asked(site, 4)
            assert served(site)[1] > 1


def test_a_person_has_their_few_places_for_all_their_workspaces() -> None:
    with door_site(at_once=4, at_once_per_person=3, answer_s=5.0) as site, other_workspace(site):
        folder = site.ws / f"{NAME.person}--aides-suivi"
        folder.mkdir()
        second = Hostile(folder / "j.sock")
        second.speak = site.workspace.speak = hang
        with hang_all(site, 3), closing(Unix(site.socket)) as connection:
            wait_until_asked(site, 3)
            connection.request("GET", PLACE.replace(NAME.processing, "aides-suivi") + OPEN)
            assert served(site) < (200, 1)
            assert second.asked == []
        second.stop()


def test_requests_of_one_person_that_wait_are_bounded_and_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "WAITING", 5)
    with door_site(at_once_per_person=1, body_s=20.0) as site, other_workspace(site), Slow(site, 5):
        status, told, _ = site.ask(tail=OPEN)
        assert (status, told["message"]) == (503, BUSY)
        assert served(site) < (200, 1)


def test_large_bodies_of_one_person_are_held_in_memory_up_to_their_share() -> None:
    large = {"largest_notebook_kib": 900, "passing_mib": 2, "passing_mib_per_person": 2, "body_s": 20.0}
    head = f"PUT {PLACE}/a.ipynb HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n".encode()
    with door_site(at_once_per_person=8, **large) as site, ExitStack() as stack:
        for _ in range(2):
            client = stack.enter_context(closing(socket.socket(socket.AF_UNIX)))
            client.connect(str(site.socket))
            client.sendall(head + b"x" * 999_999)
        site.answers("200 OK", TEXT)
        assert site.ask(tail=OPEN)[0] == 200  # what is short always passes
        status, told, _ = site.ask("PUT", "/a.ipynb", b"x" * 1_000_000)
        assert (status, told["message"]) == (503, BUSY)


def test_a_browser_that_does_not_take_its_answer_is_dropped_and_what_it_held_given_back() -> None:
    content = "x" * 800 * 1024
    with door_site(largest_text_kib=900, passing_mib=2, passing_mib_per_person=2, taking_s=0.5) as site:
        site.answers("200 OK", about("a.csv", format="text", content=content))
        with closing(socket.socket(socket.AF_UNIX)) as client:
            client.settimeout(10)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(str(site.socket))
            client.sendall(f"GET {PLACE}{OPEN} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(1.5)  # slower than the door waits
            taken = b""
            while part := client.recv(65536):
                taken += part
        assert len(taken) < len(content)
        for _ in range(3):
            assert len(site.ask(tail=OPEN)[1]["content"]) == len(content)


def nested(times: int) -> bytes:
    """A notebook of objects within objects: of what is short, what costs most once it is read."""
    objects = (b'{"a":' * 50 + b"1" + b"}" * 50 + b",") * times
    return b'{"type":"notebook","format":"json","content":{"a":[' + objects + b"0]}}"


# of a million values, and of the largest notebook
FEWER, NESTED = nested(19_600), nested(67_000)
REAL: dict[str, Any] = {
    "largest_notebook_kib": 20480, "passing_mib": 256, "passing_mib_per_person": 84, "answer_s": 60.0, "body_s": 60.0,
}  # fmt: skip
Answered = tuple[int, dict[str, Any]]


@contextmanager
def alone(**changes: Any) -> Iterator[DoorProcess]:
    """A door in a process of its own, with one workspace that takes every save."""
    with tempfile.TemporaryDirectory(prefix="dlo", dir="/tmp") as folder:
        own = Path(folder) / "run" / "ws" / str(NAME)
        own.mkdir(parents=True)
        (Path(folder) / "run" / "door").mkdir()
        workspace = Hostile(own / "j.sock")
        workspace.answer = as_answer("200 OK", as_json(about("a.ipynb")))
        with door_process(Path(folder), **(REAL | changes)) as door:
            yield door
        workspace.stop()


def save(door: DoorProcess, content: bytes) -> Answered:
    with closing(Unix(door.socket)) as connection:
        connection.timeout = 120
        connection.request("PUT", f"{PLACE}/a.ipynb", content)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


SHORT = as_json({"type": "notebook", "format": "json", "content": {"cells": []}})


def test_the_worst_notebook_that_passes_costs_less_than_400_mebibytes() -> None:
    with alone(memory_mib=1024) as door:
        assert save(door, FEWER)[0] == 200
        status, told = save(door, NESTED)
        assert (status, "million de valeurs" in told["message"]) == (413, True)
        assert door.memory_mib() < 400


def test_without_the_bound_on_values_the_largest_would_cost_nearly_twice_that() -> None:
    with alone(memory_mib=4096, most_values=10**9) as door:
        assert save(door, NESTED)[0] == 200
        assert door.memory_mib() > 650


def test_at_the_limit_of_its_memory_the_door_refuses_and_goes_on() -> None:
    with alone(memory_mib=384, most_values=10**9) as door:
        for _ in range(2):
            assert save(door, NESTED) == (413, {"message": NO_MEMORY, "reason": None})
            assert save(door, SHORT)[0] == 200
        assert door.memory_mib() < 450  # of programs and files too, which are not counted
        assert door.process.poll() is None
