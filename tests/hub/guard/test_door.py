"""Whatever arrives at the door is answered with a reason, and journaled before the answer."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hub.guard.bell import Bell
from hub.guard.calling import api
from hub.guard.calling.api import Door
from hub.guard.calling.calls import Inspect, Remove
from hub.guard.calling.service import Answer
from hub.guard.diary import Diary
from hub.guard.errors import AttackError, UnknownContainerError
from hub.guard.turns import Turns
from policies.errors import UnavailableError
from policies.journal.append import Journal

NAME = "p7f3k2--aides-ciblage"


class Scripted:
    """A service that answers, or fails, as it is told."""

    def __init__(self, answer: Answer | Exception) -> None:
        self._answer = answer
        self.running = 0
        self.most = 0

    def inspect(self, call: Inspect) -> Answer:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def remove(self, call: Remove) -> Answer:
        self.running += 1
        self.most = max(self.most, self.running)
        time.sleep(0.02)
        self.running -= 1
        return Answer(204)


def diary(tmp_path: Path) -> Diary:
    return Diary(Journal(tmp_path / "guard", "guard"))


async def ask(
    door: Door, method: str = "GET", path: str = f"/containers/{NAME}/json", body: list[Mapping[str, Any]] | None = None
) -> tuple[int, Any]:
    """One request at the level of ASGI: status and JSON."""
    messages = list(body if body is not None else [{"type": "http.request", "body": b"", "more_body": False}])
    sent: list[Any] = []

    async def receive() -> Any:
        if messages:
            return messages.pop(0)
        return await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
    }
    await door(scope, receive, send)
    content = b"".join(each.get("body", b"") for each in sent)
    return sent[0]["status"], json.loads(content) if content else None


def respond(tmp_path: Path, outcome: Answer | Exception) -> tuple[int, Any, dict[str, int]]:
    journal = diary(tmp_path)
    status, value = asyncio.run(ask(Door(Scripted(outcome), journal, Bell(), Turns())))  # type: ignore[arg-type]
    return status, value, journal.counts()


def test_an_answer_is_sent_as_it_is(tmp_path: Path) -> None:
    assert respond(tmp_path, Answer(200, {"Id": "x"})) == (200, {"Id": "x"}, {})
    assert respond(tmp_path, Answer(204)) == (204, None, {})


@pytest.mark.parametrize(
    ("error", "status", "counts"),
    [
        (AttackError("Refusé."), 403, {"attack": 1}),
        (UnknownContainerError("Il n'existe pas."), 404, {}),
        (UnavailableError("the register cannot be read"), 503, {}),
        (RuntimeError("not foreseen, with a secret in it"), 503, {}),
    ],
)
def test_an_error_is_a_status_and_a_reason_in_french_that_tells_no_more(
    tmp_path: Path, error: Exception, status: int, counts: dict[str, int]
) -> None:
    found, value, counted = respond(tmp_path, error)
    assert (found, counted) == (status, counts)
    assert value.keys() == {"message"}
    assert "secret" not in value["message"]


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "plein"), (errno.EROFS, "lecture seule"), (errno.EIO, "panne"), (errno.EMFILE, "imprévue")],
)
def test_a_disk_that_takes_nothing_is_named(tmp_path: Path, number: int, said: str) -> None:
    status, value, _ = respond(tmp_path, OSError(number, os.strerror(number)))
    assert (status, said in value["message"]) == (503, True), value


def test_a_refusal_that_cannot_be_journaled_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "guard").write_text("a file where the journal should be")
    status, value, _ = respond(tmp_path, AttackError("Refusé."))
    assert (status, "journal" in value["message"]) == (503, True)


def test_a_body_that_does_not_come_to_its_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "BODY_TIMEOUT_S", 0.05)
    door = Door(Scripted(Answer(204)), diary(tmp_path), Bell(), Turns())  # type: ignore[arg-type]
    slow = [{"type": "http.request", "body": b"{", "more_body": True}]
    broken = [*slow, {"type": "http.disconnect"}]
    for body in (slow, broken):
        assert asyncio.run(ask(door, body=body))[0] == 403


def test_requests_on_one_workspace_take_turns_and_others_do_not_wait(tmp_path: Path) -> None:
    service = Scripted(Answer(204))
    door = Door(service, diary(tmp_path), Bell(), Turns())  # type: ignore[arg-type]

    async def several(names: list[str]) -> int:
        service.most = 0
        await asyncio.gather(*(ask(door, "DELETE", f"/containers/{name}") for name in names))
        return service.most

    async def both() -> tuple[int, int]:
        return await several([NAME] * 4), await several([f"p7f3k{n}--aides-ciblage" for n in range(4)])

    together, apart = asyncio.run(both())
    assert together == 1
    assert apart > 1


def test_what_is_not_a_request_is_not_spoken(tmp_path: Path) -> None:
    async def websocket() -> None:
        await Door(Scripted(Answer(204)), diary(tmp_path), Bell(), Turns())({"type": "websocket"}, None, None)  # type: ignore[arg-type]

    with pytest.raises(RuntimeError, match="websocket"):
        asyncio.run(websocket())
