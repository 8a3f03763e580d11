"""The hub's side of the door: a form handed on as it comes, the list of what is deposited, one file taken away."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from hub.door.api import BUSY, answer_safely
from hub.door.calls import write_json
from hub.door.deposits import Deposits, make_deposits
from hub.door.errors import RefusedError, bad_request
from hub.door.files import Answer
from hub.door.ledger import Ledger
from hub.door.settings import TICKET_HEADER, DoorSettings
from policies.names import WorkspaceName, parse_workspace_name
from policies.settings import Values

_ADDRESS = re.compile(r"/deposits/([a-z0-9-]+)(?:/([A-Za-z0-9._-]{1,80}))?")


class DepositsDoor:
    """An ASGI application with three calls, for the hub alone."""

    def __init__(self, deposits: Deposits, settings: DoorSettings) -> None:
        self._deposits = deposits
        self._settings = settings
        self._turns = asyncio.Semaphore(settings.deposits_at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await answer_safely(self._answer, scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        workspace, name = _parse(bytes(request.scope["raw_path"]).decode("ascii", "replace"))
        ticket = request.headers.get(TICKET_HEADER, "")
        match request.method, name:
            case "GET", "":
                return Answer(200, write_json(await to_thread.run_sync(self._deposits.shown, workspace, ticket)))
            case "POST", "":
                return Answer(201, write_json(await self._receive(request, workspace, ticket)))
            case "DELETE", _ if name:
                await to_thread.run_sync(self._deposits.remove, workspace, ticket, name)
                return Answer(200, write_json({"removed": name}))
        raise bad_request("cet appel n'existe pas")

    async def _receive(self, request: Request, workspace: WorkspaceName, ticket: str) -> dict[str, object]:
        if self._turns.locked():
            raise RefusedError(503, BUSY)
        async with self._turns:
            try:
                async with asyncio.timeout(self._settings.deposit_s):
                    kind = request.headers.get("content-type", "")
                    return await self._deposits.receive(workspace, ticket, kind, _parts(request))
            except TimeoutError:
                raise RefusedError(408, "Le fichier n'est pas arrivé à temps : il n'a pas été déposé.") from None
            except ClientDisconnect:
                raise RefusedError(400, "Le fichier n'est pas arrivé entier : il n'a pas été déposé.") from None


async def _parts(request: Request) -> AsyncIterator[bytes]:
    async for part in request.stream():
        yield part


def _parse(address: str) -> tuple[WorkspaceName, str]:
    found = _ADDRESS.fullmatch(address)
    try:
        if found:
            return parse_workspace_name(found[1]), found[2] or ""
    except ValueError:
        pass
    raise bad_request("cette adresse n'est pas celle d'un dépôt")


def make_deposits_door(values: Values, ledger: Ledger, aside: Path) -> DepositsDoor:
    """The hub's side of an installation; what arrives stands in `aside` until it is whole."""
    return DepositsDoor(make_deposits(values, ledger, aside), values.section(DoorSettings))
