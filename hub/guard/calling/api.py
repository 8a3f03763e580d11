"""The guard's door: each request is read strictly, answered from the closed table, and refused otherwise.

A refusal is journaled before it is sent. Requests on one workspace take turns; others do not wait.
"""

from __future__ import annotations

import asyncio
import errno
import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar
from weakref import WeakValueDictionary

import anyio.to_thread
from anyio import CapacityLimiter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from hub.guard.bell import Bell
from hub.guard.calling.calls import (
    CONTAINER_ID,
    Call,
    Create,
    Deaths,
    Inspect,
    Remove,
    Situation,
    Start,
    Stop,
    parse_call,
)
from hub.guard.calling.service import Answer, Service
from hub.guard.calling.strict import LARGEST_BODY, parse_body
from hub.guard.diary import Diary
from hub.guard.errors import GuardError, RefusedCallError, TroubleError
from hub.guard.turns import Turns
from policies.errors import DatalabError
from policies.names import WorkspaceName, parse_workspace_name

BODY_TIMEOUT_S = 5.0
HEARING_S = 20.0
THREADS = 128
DISK = {
    errno.ENOSPC: "Le disque du Datalab est plein : rien n'a été démarré. Prévenez la DINUM.",
    errno.EDQUOT: "Le disque du Datalab est plein : rien n'a été démarré. Prévenez la DINUM.",
    errno.EROFS: "Le disque du Datalab est en lecture seule : rien n'a été démarré. Prévenez la DINUM.",
    errno.EIO: "Le disque du Datalab est en panne : rien n'a été démarré. Prévenez la DINUM.",
}
UNFORESEEN = "Le gardien a rencontré une erreur imprévue : rien n'a été démarré."
Result = TypeVar("Result")
log = logging.getLogger("datalab.guard")


class Door:
    """An ASGI application: one function for every path, so nothing is answered that the table has not."""

    def __init__(self, service: Service, diary: Diary, bell: Bell, turns: Turns) -> None:
        self._service = service
        self._diary = diary
        self._bell = bell
        self._shared = turns
        self._hearing_s = HEARING_S
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._limiter: CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise RuntimeError(f"the guard does not speak {scope['type']}")
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    def hush(self) -> None:
        """Answer whoever waits to hear of deaths, now and from now on: the guard ends."""
        self._hearing_s = 0.0
        self._bell.wake()

    async def _respond(self, request: Request) -> Response:
        try:
            answer = await self._answer(request)
        except GuardError as error:
            return await self._refuse(request, error)
        except DatalabError as error:
            log.warning("a source is not available: %s", error)
            return _message(503, "Une source du gardien est illisible : rien ne démarre. Prévenez la DINUM.")
        except OSError as error:
            log.warning("the machine does not do what the guard asks of it: %s", error)
            return _message(503, DISK.get(error.errno or 0, UNFORESEEN))
        except Exception:  # the process's edge: whatever was not foreseen is refused, and kept in the log
            log.exception("not foreseen")
            return _message(503, UNFORESEEN)
        if answer.value is None:
            return Response(status_code=answer.status)
        return JSONResponse(dict(answer.value), status_code=answer.status)

    async def _refuse(self, request: Request, error: GuardError) -> Response:
        if error.journaled:
            line = f"{request.method} {_path(request)}"[:200]
            payload = error.details | {"call": line, "status": error.status, "reason": str(error)[:1000]}
            try:
                await self._run(partial(self._diary.write, error.journaled, payload))
            except TroubleError as trouble:
                return _message(trouble.status, str(trouble))
        return _message(error.status, str(error))

    async def _answer(self, request: Request) -> Answer:
        query = request.scope["query_string"].decode("ascii", "replace")
        call = parse_call(request.method, _path(request), query)
        body = await _read_body(request)
        if isinstance(call, Create):
            values = parse_body(body)
            return await self._in_turn(call.name, partial(self._service.create, call, values))
        if body:
            raise RefusedCallError("Appel refusé : cet appel ne prend pas de corps.")
        return await self._dispatch(call)

    async def _dispatch(self, call: Call) -> Answer:
        service = self._service
        match call:
            case Situation():
                return await self._run(partial(service.situation, call))
            case Deaths():
                return Answer(200, await self._bell.wait(call.epoch, call.after, self._hearing_s))
            case Inspect():
                return await self._in_turn(await self._name(call.reference), partial(service.inspect, call))
            case Start():
                return await self._start(call)
            case Stop():
                return await self._in_turn(await self._name(call.reference), partial(service.stop, call))
            case Remove():
                return await self._in_turn(await self._name(call.reference), partial(service.remove, call))
        raise AssertionError(f"{call} has no answer")

    async def _start(self, call: Start) -> Answer:
        """The turn ends once it runs: whoever waits for the first answer can still be told to stop."""
        name = await self._name(call.reference)
        started = await self._in_turn(name, partial(self._service.start, call))
        try:
            await self._run(partial(self._service.wait, started))
            return await self._in_turn(name, partial(self._service.answered, started))
        except GuardError as error:
            await self._in_turn(name, partial(self._service.abandon, started, error))
            raise

    async def _name(self, reference: str) -> WorkspaceName:
        """A name says itself; what an id stands for is on the container."""
        if CONTAINER_ID.fullmatch(reference):
            return await self._run(partial(self._service.name_of, reference))
        return parse_workspace_name(reference)

    async def _in_turn(self, name: WorkspaceName, work: Callable[[], Result]) -> Result:
        """One at a time for each workspace; a turn that began ends, even when the hub goes away.

        Calls wait here without a thread; the one whose turn it is waits for enforcement in its thread.
        """
        turn = self._turns.setdefault(str(name), asyncio.Lock())
        async with turn:
            return await self._run(partial(self._shared.take, name, work))

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self._limiter is None:
            self._limiter = CapacityLimiter(THREADS)
        return await anyio.to_thread.run_sync(work, limiter=self._limiter)


def _path(request: Request) -> str:
    """The path as it was sent: nothing is decoded, so nothing can be read in two ways."""
    return bytes(request.scope.get("raw_path") or b"").decode("ascii", "replace")


async def _read_body(request: Request) -> bytes:
    """The whole body; too large, too slow or broken off is refused."""
    content = b""
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            async for chunk in request.stream():
                content += chunk
                if len(content) > LARGEST_BODY:
                    raise RefusedCallError(f"Appel refusé : plus de {LARGEST_BODY} octets.")
    except TimeoutError:
        raise RefusedCallError("Appel refusé : le corps n'est pas arrivé à temps.") from None
    except ClientDisconnect:
        raise RefusedCallError("Appel refusé : le corps est incomplet.") from None
    return content


def _message(status: int, text: str) -> Response:
    return JSONResponse({"message": text}, status_code=status)
