"""The front's side of the door: requests on files, each bounded in bytes, in time and in number."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import PurePosixPath
from weakref import WeakValueDictionary

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from hub.door.errors import NO_MEMORY, RefusedError, bad_request
from hub.door.files import Answer, Files
from hub.door.json_text import write_json
from hub.door.ledger import Ledger
from hub.door.readers import Readers
from hub.door.settings import MIB, SMALL, DoorSettings
from hub.door.shares import Held, Shares, Turns
from hub.door.target import parse_target
from hub.door.workspaces import Workspaces
from policies.settings import Values

# what a workspace needs to know who asks, and from where; everything else stays here
FORWARDED = (
    "authorization", "cookie", "host", "origin", "referer", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site",
    "user-agent", "x-forwarded-for", "x-forwarded-proto", "x-real-ip", "x-xsrftoken",
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
UNFORESEEN = "La porte a rencontré une erreur imprévue : aucun fichier n'est passé."
# requests of a person that wait at once, for a turn or for their body: more than a page of JupyterLab makes
WAITING = 64
PIECE = 64 * 1024
log = logging.getLogger("datalab.door")


class Door:
    """An ASGI application: one function for every address, so nothing is answered that it does not know.

    A body is read before a turn is taken. A person has a few places for all their workspaces, and holds one while
    their body comes; what comes slowly is in nobody else's way.
    """

    def __init__(self, files: Files, settings: DoorSettings) -> None:
        self._files = files
        self._settings = settings
        self._waiting = Shares(settings.at_once * WAITING, WAITING)
        self._bytes = Shares(settings.passing_mib * MIB, settings.passing_mib_per_person * MIB)
        self._turns = Turns(settings.at_once, settings.answer_s)
        self._places: WeakValueDictionary[str, Turns] = WeakValueDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what it holds is held until its answer was taken."""
        with ExitStack() as until_taken:
            answer = partial(self._answer, until_taken)
            await answer_safely(answer, scope, receive, send, self._settings.taking_s)

    async def _answer(self, until_taken: ExitStack, request: Request) -> Answer:
        if request.method not in METHODS:
            raise bad_request("cet appel n'existe pas")
        target = parse_target(bytes(request.scope["raw_path"]).decode("ascii", "replace"))
        query = bytes(request.scope["query_string"]).decode("ascii", "replace")
        self._files.check_there(target)
        person = target.workspace.person
        most = self._settings.largest_body if request.method == "PUT" else SMALL
        until_taken.enter_context(self._waiting.hold(person, 1))
        held = until_taken.enter_context(self._bytes.hold(person, free=SMALL))
        async with self._place(person).take():
            body = await read_body(request, most, self._settings.body_s, held)
            async with self._turns.take():
                return await self._files.pass_on(request.method, target, query, _forwarded(request), body, held)

    def _place(self, person: str) -> Turns:
        """A person's own places; forgotten when nobody holds one or waits for it."""
        own = Turns(self._settings.at_once_per_person, self._settings.answer_s)
        return self._places.setdefault(person, own)


async def read_body(request: Request, most: int, patience_s: float, held: Held) -> bytes:
    """The whole body; too large, too slow or broken off is refused."""
    content = bytearray()
    try:
        async with asyncio.timeout(patience_s):
            async for chunk in request.stream():
                held.grow(len(chunk))
                content += chunk
                if len(content) > most:
                    raise RefusedError(413, "Ce fichier est trop grand pour être enregistré depuis le navigateur.")
    except TimeoutError:
        raise RefusedError(408, "Le fichier n'est pas arrivé à temps : il n'a pas été enregistré.") from None
    except ClientDisconnect:
        raise RefusedError(400, "Le fichier n'est pas arrivé entier : il n'a pas été enregistré.") from None
    return bytes(content)


async def answer_safely(
    answer: Callable[[Request], Awaitable[Answer]], scope: Scope, receive: Receive, send: Send, patience_s: float
) -> None:
    """Send what a request is answered; whatever was not foreseen passes nothing, and is kept in the log."""
    if scope["type"] != "http":
        raise RuntimeError(f"the door does not speak {scope['type']}")
    try:
        found = await answer(Request(scope, receive))
    except RefusedError as error:
        found = _refusal(error.status, str(error))
    except MemoryError:  # the process has a limit, and goes on
        log.warning("no memory is left for a request")
        found = _refusal(413, NO_MEMORY)
    except Exception:  # the process's edge, for our own errors and all others
        log.exception("not foreseen")
        found = _refusal(503, UNFORESEEN)
    # what is not taken in time breaks off; the server then closes the connection
    with suppress(TimeoutError):
        async with asyncio.timeout(patience_s):
            await _send(found, send)


async def _send(answer: Answer, send: Send) -> None:
    """Piece by piece, as fast as it is taken: a slow browser holds no more than what is counted as its own."""
    headers = [(b"cache-control", b"no-store")]
    if answer.status != 204:
        headers.append((b"content-length", str(len(answer.content)).encode()))
    if answer.content:
        headers.append((b"content-type", b"application/json"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    for start in range(0, len(answer.content), PIECE):
        piece = answer.content[start : start + PIECE]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def make_door(values: Values, ledger: Ledger, readers: Readers) -> Door:
    """The front's side of an installation."""
    settings = values.section(DoorSettings)
    workspaces = Workspaces(PurePosixPath(values.places.run), settings.answer_s)
    return Door(Files(workspaces, ledger, readers, settings), settings)


def _forwarded(request: Request) -> Mapping[str, str]:
    return {name: request.headers[name] for name in FORWARDED if name in request.headers}


def _refusal(status: int, message: str) -> Answer:
    return Answer(status, write_json({"message": message, "reason": None}))
