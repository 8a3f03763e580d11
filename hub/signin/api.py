"""The sign-in's calls over HTTP: bounded in size, in time, in number, and slowed against guessing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from hub.signin.attempts import Attempts, read_body
from hub.signin.bodies import BadRequestError, Typed, parse_approve, parse_pass, parse_reset, parse_sign_in
from hub.signin.identity import Identity
from hub.signin.keys import published_key
from hub.signin.passes import Passes, open_passes
from hub.signin.refusals import RefusedError
from hub.signin.service import SignIn
from policies.settings import Values

NEVER_STORED = {"cache-control": "no-store"}

Asked = TypeVar("Asked", bound=Typed)


class Api:
    """Turns requests into calls of the service, each after its wait."""

    def __init__(self, service: SignIn, passes: Passes, attempts: Attempts) -> None:
        self._service = service
        self._passes = passes
        self._attempts = attempts

    def application(self) -> Starlette:
        """The four routes; anything else is 404 or 405."""
        application = Starlette(
            routes=[
                Route("/sign-in", self._sign_in, methods=["POST"]),
                Route("/approve", self._approve, methods=["POST"]),
                Route("/reset-factor", self._reset_factor, methods=["POST"]),
                Route("/pass", self._pass, methods=["POST"]),
            ]
        )
        application.router.redirect_slashes = False
        return application

    async def _sign_in(self, request: Request) -> JSONResponse:
        return await self._answer(request, parse_sign_in, self._service.sign_in)

    async def _approve(self, request: Request) -> JSONResponse:
        return await self._answer(request, parse_approve, self._service.approve)

    async def _reset_factor(self, request: Request) -> JSONResponse:
        return await self._answer(request, parse_reset, self._service.reset_factor)

    async def _pass(self, request: Request) -> JSONResponse:
        async def answer(content: bytes) -> dict[str, Any]:
            return await self._attempts.aside(partial(self._passes.let_in, parse_pass(content)))

        return await _said(request, answer)

    async def _answer(
        self, request: Request, parse: Callable[[bytes], Asked], call: Callable[[Asked], dict[str, Any]]
    ) -> JSONResponse:
        async def answer(content: bytes) -> dict[str, Any]:
            asked = parse(content)
            return await self._attempts.run(asked.login, partial(call, asked))

        return await _said(request, answer)


async def _said(request: Request, answer: Callable[[bytes], Awaitable[dict[str, Any]]]) -> JSONResponse:
    try:
        values = await answer(await read_body(request))
    except BadRequestError as error:
        return _refuse("bad_request", 400, detail=str(error))
    except TimeoutError:
        return _refuse("too_slow", 408)
    except RefusedError as refusal:
        return _refuse(refusal.why.word, refusal.why.status)
    return JSONResponse(values, headers=NEVER_STORED)


def _refuse(error: str, status: int, **more: str) -> JSONResponse:
    return JSONResponse({"error": error, **more}, status_code=status, headers=NEVER_STORED)


def open_api(values: Values, identity: Identity, attempts: Attempts) -> Api:
    """The API of an installation; raises DatalabError unless others verify what its key signs."""
    key = published_key(values.places)
    return Api(SignIn(identity, key), open_passes(values, key, identity), attempts)
