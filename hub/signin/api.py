"""The sign-in's two calls over HTTP: bounded in size, in time, in number, and slowed against guessing."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import anyio
from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from hub.signin.bodies import (
    LARGEST_BODY,
    ApproveBody,
    BadRequestError,
    SignInBody,
    parse_approve,
    parse_sign_in,
)
from hub.signin.service import RefusedError, SignIn
from hub.signin.slowdown import Slowdown

BODY_PATIENCE_S = 5.0
ASKING_AT_ONCE = 16

NEVER_STORED = {"cache-control": "no-store"}

Asked = TypeVar("Asked", SignInBody, ApproveBody)


class Api:
    """Turns requests into calls of the service, each after its wait."""

    def __init__(self, service: SignIn, slowdown: Slowdown, clock: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._slowdown = slowdown
        self._clock = clock
        self._limit = CapacityLimiter(ASKING_AT_ONCE)

    def application(self) -> Starlette:
        """The two routes; anything else is 404 or 405."""
        application = Starlette(
            routes=[
                Route("/sign-in", self._sign_in, methods=["POST"]),
                Route("/approve", self._approve, methods=["POST"]),
            ]
        )
        application.router.redirect_slashes = False
        return application

    async def _sign_in(self, request: Request) -> JSONResponse:
        return await self._answer(request, parse_sign_in, self._service.sign_in)

    async def _approve(self, request: Request) -> JSONResponse:
        return await self._answer(request, parse_approve, self._service.approve)

    async def _answer(
        self, request: Request, parse: Callable[[bytes], Asked], call: Callable[[Asked], dict[str, Any]]
    ) -> JSONResponse:
        try:
            asked = parse(await _read_body(request))
        except BadRequestError as error:
            return _refuse("bad_request", 400, detail=str(error))
        except TimeoutError:
            return _refuse("too_slow", 408)
        wait = self._slowdown.reserve(asked.login, self._clock())
        if wait is None:
            return _refuse("too_many_attempts", 429)
        return await self._judge(asked.login, wait, partial(call, asked))

    async def _judge(self, login: str, wait: float, call: Callable[[], dict[str, Any]]) -> JSONResponse:
        """Wait, call, and tell the slowdown how it ended, whatever happens."""
        ended = self._slowdown.abandoned
        try:
            await anyio.sleep(wait)
            answer = await to_thread.run_sync(call, limiter=self._limit)
            ended = self._slowdown.succeeded
            return JSONResponse(answer, headers=NEVER_STORED)
        except RefusedError as refusal:
            if refusal.why.guessed:
                ended = self._slowdown.failed
            return _refuse(*refusal.why.value)
        finally:
            ended(login, self._clock())


async def _read_body(request: Request) -> bytes:
    content = b""
    with anyio.fail_after(BODY_PATIENCE_S):
        async for chunk in request.stream():
            content += chunk
            if len(content) > LARGEST_BODY:
                raise BadRequestError(f"write {LARGEST_BODY} bytes at most")
    return content


def _refuse(error: str, status: int, **more: str) -> JSONResponse:
    return JSONResponse({"error": error, **more}, status_code=status, headers=NEVER_STORED)
