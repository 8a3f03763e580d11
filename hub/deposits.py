"""The page on which a person deposits a file into their open workspace: handed to the door as it comes.

The hub keeps no byte of a file and reads none: who asks, for which workspace, and nothing else is its
affair. The token against forgery is in the form's address, because the body is never read here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jupyterhub.utils import url_path_join
from tornado import web

from hub.calls import call
from hub.desk import Judged, the_desk
from hub.door.kinds import DECLARATIONS, ENDINGS
from hub.door.settings import MIB, TICKET_HEADER, DoorSettings
from hub.pages import Page, state_of
from hub.projects import make_deposited
from hub.refusals import RefusedError
from hub.routes import PROCESSING
from policies.errors import UnavailableError
from policies.names import WorkspaceName

PATIENCE_S = 10.0
FORM_BYTES = 64 * 1024
NO_ANSWER = "La porte ne répond pas : aucun fichier ne passe pour l'instant. Réessayez dans quelques minutes."
NOT_OPEN = "Ouvrez d'abord l'espace de travail : c'est là que le fichier sera déposé."


class Pipe:
    """A request to the door whose body is written piece by piece."""

    def __init__(self, socket: Path, path: str, headers: Mapping[str, str], patience_s: float) -> None:
        self._pieces: asyncio.Queue[bytes] = asyncio.Queue(maxsize=1)
        request = call(socket, "POST", path, patience_s, content=self._body(), headers=headers)
        self._answer = asyncio.create_task(request)

    async def write(self, piece: bytes) -> None:
        """Hand on a piece; returns once it is taken, or when the door has answered already."""
        putting = asyncio.create_task(self._pieces.put(piece))
        await asyncio.wait({putting, self._answer}, return_when=asyncio.FIRST_COMPLETED)
        putting.cancel()

    async def answer(self) -> tuple[int, Mapping[str, Any]]:
        """What the door says, once nothing follows; raises UnavailableError."""
        await self.write(b"")
        return await self._answer

    def abandon(self) -> None:
        """The browser is gone: the door gets no end, so it keeps nothing."""
        self._answer.cancel()

    async def _body(self) -> AsyncIterator[bytes]:
        while piece := await self._pieces.get():
            yield piece


class DepositPage(Page):
    """What the handlers of deposits have in common: an open workspace, and the door."""

    async def opened(self, processing: str) -> Judged:
        """The decision on the person's own open workspace; raises when there is none."""
        judged = await self.ask(the_desk().judge, processing)
        if judged is None:
            raise web.HTTPError(404)
        if not judged.decision.allowed or await state_of(self.current_user, processing) != "running":
            raise RefusedError(409, NOT_OPEN)
        return judged

    async def headers(self) -> dict[str, str]:
        """The proof of who asks."""
        return {TICKET_HEADER: await self.ticket()}

    def place(self, processing: str, name: str = "") -> str:
        """The door's address of what is deposited on a processing."""
        workspace = WorkspaceName(self.current_user.name, processing)
        return f"/deposits/{workspace}" + (f"/{quote(name, safe='')}" if name else "")

    async def ask_door(self, method: str, path: str) -> tuple[int, Mapping[str, Any]]:
        """A short call to the door; raises RefusedError when it does not answer."""
        try:
            return await call(door(), method, path, PATIENCE_S, headers=await self.headers())
        except UnavailableError as error:
            self.log.warning("%s", error)
            raise RefusedError(503, NO_ANSWER) from None

    async def show(self, judged: Judged, error: str = "", status: int = 200) -> None:
        """The form, what is deposited, and what went wrong."""
        answered, told = await self.ask_door("GET", self.place(judged.decision.processing))
        if answered != 200:
            raise RefusedError(answered, str(told.get("message", NO_ANSWER)))
        deposits, done = make_deposited(told), self.get_query_argument("depose", "")
        self.set_status(status)
        page = await self.render_template(
            "deposit.html",
            account=judged.account,
            declarations=DECLARATIONS,
            endings=ENDINGS,
            settings=the_desk().values.section(DoorSettings),
            deposits=deposits,
            done=done if done in {each.name for each in deposits} else "",
            error=error,
        )
        self.finish(page)


def door() -> Path:
    """The door's socket for the hub."""
    return the_desk().values.places.socket("deposits")


@web.stream_request_body
class DepositHandler(DepositPage):
    """The form and what is deposited; a file that is sent goes through to the door."""

    pipe: Pipe | None = None
    judged: Judged

    async def prepare(self) -> None:
        """Before the body: who asks, and for which open workspace."""
        await super().prepare()
        if self.request.method != "POST":
            return
        if self.current_user is None:
            raise web.HTTPError(403)
        processing = self.path_args[0]
        self.judged = await self.opened(processing)
        settings = the_desk().values.section(DoorSettings)
        self.request.connection.set_max_body_size(settings.largest_deposit_mib * MIB + FORM_BYTES)
        headers = {"Content-Type": self.request.headers.get("Content-Type", ""), **await self.headers()}
        self.pipe = Pipe(door(), self.place(processing), headers, settings.deposit_s)

    async def data_received(self, chunk: bytes) -> None:
        """Hand on what came."""
        if self.pipe:
            await self.pipe.write(chunk)

    def on_connection_close(self) -> None:
        """A form that breaks off deposits nothing."""
        if self.pipe:
            self.pipe.abandon()
        super().on_connection_close()

    @web.authenticated
    async def get(self, processing: str) -> None:
        """Show the form."""
        await self.show(await self.opened(processing))

    async def post(self, processing: str) -> None:
        """Say what the door made of the form."""
        if self.pipe is None:
            raise web.HTTPError(400)
        try:
            status, told = await self.pipe.answer()
        except UnavailableError as error:
            self.log.warning("%s", error)
            raise RefusedError(503, NO_ANSWER) from None
        if status != 201:
            await self.show(self.judged, str(told.get("message", NO_ANSWER)), status)
            return
        name = quote(str(told["path"]).rpartition("/")[2])
        self.redirect(url_path_join(self.hub.base_url, "espace", processing, f"depot?depose={name}"), status=303)


class RemoveHandler(DepositPage):
    """The button that takes a deposited file away."""

    @web.authenticated
    async def post(self, processing: str) -> None:
        """Take it away, and show what is left."""
        judged = await self.opened(processing)
        name = self.get_body_argument("nom", "", strip=False)
        status, told = await self.ask_door("DELETE", self.place(processing, name or "-"))
        if status != 200:
            await self.show(judged, str(told.get("message", NO_ANSWER)), status)
            return
        self.redirect(url_path_join(self.hub.base_url, "espace", processing, "depot"), status=303)


def deposit_handlers() -> list[tuple[str, type]]:
    """The routes of deposits."""
    return [
        (rf"/espace/({PROCESSING})/depot", DepositHandler),
        (rf"/espace/({PROCESSING})/depot/retrait", RemoveHandler),
    ]
