"""A visitor of the face, as a browser without scripts: cookies, forms, and the origin that each form is sent from."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from onboarding.demo.html import Form, Page
from tests.support.device import Device

ORIGIN = "http://identite.localhost:8000"
KEY = re.compile(r'id="cle"[^>]*>([A-Z2-7 ]+)<')


class Inside(httpx.BaseTransport):
    """Requests to an application of this process, each answered whole."""

    def __init__(self, application: Starlette) -> None:
        self._application = application

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def answer() -> httpx.Response:
            sent = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
            found = await httpx.ASGITransport(self._application).handle_async_request(sent)
            return httpx.Response(found.status_code, headers=found.headers, content=await found.aread())

        return asyncio.run(answer())


@dataclass
class Visitor:
    """One browser on the face's first page."""

    client: httpx.Client
    origin: str = ORIGIN
    answers: list[Any] = field(default_factory=list)

    def get(self, path: str = "/", **headers: str) -> Page:
        return self._page(self.client.request("GET", f"{self.origin}{path}", headers=headers))

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Page:
        sent = {"Origin": self.origin} | headers
        return self._page(self.client.request("POST", f"{self.origin}{path}", data=dict(fields), headers=sent))

    def submit(self, page: Page, path: str, **fields: str) -> Page:
        """Press the button of the form that leads to a path, with these fields filled in."""
        form = form_to(page, path)
        return self.post(path, form.fields | fields)

    def begin(self, login: str, password: str, code: str = "") -> Page:
        return self.submit(self.get(), "/", login=login, password=password, code=code)

    def enrol(self, login: str, password: str) -> Device:
        """Enrol, as a person does; the device that shows their codes from then on."""
        page = self.begin(login, password)
        device = Device(key_of(page))
        done = self.submit(page, "/confirmer", code=device.code())
        assert done.status == 200, done.text
        return device

    def _page(self, answer: Any) -> Page:
        self.answers.append(answer)
        return Page(str(answer.url), answer.status_code, answer.text)


def visit(where: Starlette | Path, origin: str = ORIGIN) -> Visitor:
    """A new browser on an application, or on the socket of a process."""
    transport = httpx.HTTPTransport(uds=str(where)) if isinstance(where, Path) else Inside(where)
    return Visitor(httpx.Client(transport=transport, timeout=30, trust_env=False), origin)


def form_to(page: Page, path: str) -> Form:
    """The form of a page that leads to a path."""
    found = [form for form in page.forms if form.action == path]
    assert len(found) == 1, page.text
    return found[0]


def key_of(page: Page) -> str:
    """The secret that a page shows in letters."""
    found = KEY.search(page.content)
    assert found, page.text
    return found[1].replace(" ", "")
