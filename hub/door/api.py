"""The front's side of the door: requests on files, each bounded in bytes, in time and in number."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub.door.calls import write_json
from hub.door.errors import RefusedError, bad_request
from hub.door.files import SMALL, Answer, Files
from hub.door.settings import DoorSettings
from hub.door.target import Target, parse_target

# what a workspace needs to know who asks, and from where; everything else stays here
FORWARDED = (
    "authorization", "cookie", "host", "origin", "referer", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site",
    "user-agent", "x-forwarded-for", "x-forwarded-proto", "x-real-ip", "x-xsrftoken",
)  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
UNFORESEEN = "La porte a rencontré une erreur imprévue : aucun fichier n'est passé."
BUSY = "Beaucoup de fichiers passent en ce moment. Réessayez dans une minute."
log = logging.getLogger("datalab.door")


class Door:
    """An ASGI application: one function for every address, so nothing is answered that it does not know."""

    def __init__(self, files: Files, settings: DoorSettings) -> None:
        self._files = files
        self._settings = settings
        self._all = asyncio.Semaphore(settings.at_once)
        self._each: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await answer_safely(self._answer, scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        if request.method not in METHODS:
            raise bad_request("cet appel n'existe pas")
        target = parse_target(bytes(request.scope["raw_path"]).decode("ascii", "replace"))
        query = bytes(request.scope["query_string"]).decode("ascii", "replace")
        async with self._turn(target):
            most = self._files.largest_body if request.method == "PUT" else SMALL
            body = await read_body(request, most, self._settings.body_s)
            return await self._files.pass_on(request.method, target, query, _forwarded(request), body)

    @asynccontextmanager
    async def _turn(self, target: Target) -> AsyncIterator[None]:
        """So many at once for a workspace, and for everyone; who would wait too long is told."""
        key = str(target.workspace)
        each = self._each.setdefault(key, asyncio.Semaphore(self._settings.at_once_per_workspace))
        try:
            async with asyncio.timeout(self._settings.answer_s):
                await each.acquire()
        except TimeoutError:
            raise RefusedError(503, BUSY) from None
        try:
            async with self._all:
                yield
        finally:
            each.release()


async def read_body(request: Request, most: int, patience_s: float) -> bytes:
    """The whole body; too large, too slow or broken off is refused."""
    content = bytearray()
    try:
        async with asyncio.timeout(patience_s):
            async for chunk in request.stream():
                content += chunk
                if len(content) > most:
                    raise RefusedError(413, "Ce fichier est trop grand pour être enregistré depuis le navigateur.")
    except TimeoutError:
        raise RefusedError(408, "Le fichier n'est pas arrivé à temps : il n'a pas été enregistré.") from None
    except ClientDisconnect:
        raise RefusedError(400, "Le fichier n'est pas arrivé entier : il n'a pas été enregistré.") from None
    return bytes(content)


async def answer_safely(
    answer: Callable[[Request], Awaitable[Answer]], scope: Scope, receive: Receive, send: Send
) -> None:
    """Send what a request is answered; whatever was not foreseen passes nothing, and is kept in the log."""
    if scope["type"] != "http":
        raise RuntimeError(f"the door does not speak {scope['type']}")
    try:
        found = await answer(Request(scope, receive))
    except RefusedError as error:
        found = _refusal(error.status, str(error))
    except Exception:  # the process's edge, for our own errors and all others
        log.exception("not foreseen")
        found = _refusal(503, UNFORESEEN)
    kind = "application/json" if found.content else None
    response = Response(found.content, found.status, {"Cache-Control": "no-store"}, kind)
    await response(scope, receive, send)


def _forwarded(request: Request) -> Mapping[str, str]:
    return {name: request.headers[name] for name in FORWARDED if name in request.headers}


def _refusal(status: int, message: str) -> Answer:
    return Answer(status, write_json({"message": message, "reason": None}))
