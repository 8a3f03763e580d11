"""The face: where people keep their second factor, on a host and a socket that the hub has no part in.

A hostile hub sees what passes through it; so a secret never does. Every form is a POST from this very
origin; what is under way is named by its page's token and its browser's cookie together.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hub.settings import HubSettings
from hub.signin.attempts import Attempts, read_body
from hub.signin.bodies import BadRequestError, Typed, parse_form
from hub.signin.enrolment import Enrolment, Step
from hub.signin.identity import Identity
from hub.signin.open_forms import LIFETIME_S, Key, OpenForms
from hub.signin.pages import Origins, Pages
from hub.signin.refusals import Refused, RefusedError
from hub.site import address, identity_url

Result = TypeVar("Result")
FORM = "application/x-www-form-urlencoded"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # a form tells this origin where it comes from, and nobody else
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Face:
    """The pages, each a whole answer without a script."""

    def __init__(self, enrolment: Enrolment, attempts: Attempts, origins: Origins) -> None:
        self._enrolment = enrolment
        self._attempts = attempts
        self._origin = origins.own
        self._pages = Pages(origins)
        self._secure = urlsplit(origins.own).scheme == "https"
        # a browser lets no other host set a cookie of this prefix, nor a page without TLS
        self.cookie = "__Host-formulaire" if self._secure else "formulaire"

    def application(self) -> Starlette:
        """The face's own routes, none of the API's; any other host's name is refused before."""
        host = urlsplit(self._origin).hostname or ""
        application = Starlette(
            routes=[
                Route("/", self._first, methods=["GET"]),
                Route("/", self._begin, methods=["POST"]),
                Route("/confirmer", self._confirm, methods=["POST"]),
                Route("/remplacer", self._replace, methods=["POST"]),
                Route("/retirer", self._remove, methods=["POST"]),
            ],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[host], www_redirect=False)],
            exception_handlers={
                HTTPException: self._not_a_page,
                BadRequestError: self._bad_request,
                TimeoutError: self._bad_request,
                RefusedError: self._refused,
            },
        )
        application.router.redirect_slashes = False
        return application

    async def _first(self, request: Request) -> Response:
        return _answer(self._pages.first())

    async def _begin(self, request: Request) -> Response:
        sent = await self._form(request, ("login", "password", "code"))
        typed = _typed(sent)
        try:
            step = await self._attempts.run(typed.login, partial(self._enrolment.begin, typed))
        except RefusedError as refusal:
            return _answer(self._pages.first(typed.login, refusal.why), refusal.why.status)
        return self._show(step)

    async def _confirm(self, request: Request) -> Response:
        sent = await self._form(request, ("token", "code"))
        step = await self._aside(request, sent, partial(self._enrolment.confirm, code=sent["code"]))
        return self._show(step) if step else self._end(self._pages.done("enregistré"))

    async def _replace(self, request: Request) -> Response:
        sent = await self._form(request, ("token",))
        return self._show(await self._aside(request, sent, self._enrolment.replace))

    async def _remove(self, request: Request) -> Response:
        sent = await self._form(request, ("token",))
        await self._aside(request, sent, self._enrolment.remove)
        return self._end(self._pages.done("retiré"))

    async def _form(self, request: Request, fields: tuple[str, ...]) -> dict[str, str]:
        """A form that this origin's own page sent; a browser says so, and a page cannot say it for it."""
        if request.headers.getlist("origin") != [self._origin]:
            raise HTTPException(403)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            raise BadRequestError("send the form as the page has it")
        return parse_form(await read_body(request), fields)

    async def _aside(self, request: Request, sent: dict[str, str], call: Callable[[Key], Result]) -> Result:
        key = Key(sent["token"], request.cookies.get(self.cookie, ""))
        return await self._attempts.aside(partial(call, key))

    def _show(self, step: Step) -> Response:
        """The next page, with the cookie that its form needs."""
        content = self._pages.secret(step) if step.form.secret else self._pages.choice(step)
        response = _answer(content, Refused.WRONG_CODE.status if step.wrong else 200)
        response.set_cookie(
            self.cookie, step.key.cookie, max_age=LIFETIME_S, path="/",
            secure=self._secure, httponly=True, samesite="strict",
        )  # fmt: skip
        return response

    def _end(self, content: str, status: int = 200) -> Response:
        """The last page: nothing is under way any more."""
        response = _answer(content, status)
        response.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="strict")
        return response

    async def _refused(self, request: Request, error: Exception) -> Response:
        why = error.why if isinstance(error, RefusedError) else Refused.FORM_GONE
        return self._end(self._pages.stopped(why.word), why.status)

    async def _bad_request(self, request: Request, error: Exception) -> Response:
        return _answer(self._pages.stopped("bad_request"), 400)

    async def _not_a_page(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        return _answer(self._pages.stopped("not_from_here" if status == 403 else "not_a_page"), status)


def make_face(identity: Identity, attempts: Attempts, settings: HubSettings) -> Face:
    """The face of an installation, at the address that its settings give it."""
    origins = Origins(own=identity_url(settings), hub=address(settings).hub_url)
    return Face(Enrolment(identity, OpenForms()), attempts, origins)


def _typed(sent: dict[str, str]) -> Typed:
    try:
        return Typed(**sent)
    except ValidationError:
        raise BadRequestError("send the form as the page has it") from None


def _answer(content: str, status: int = 200) -> Response:
    return Response(content, status, HEADERS, "text/html; charset=utf-8")
