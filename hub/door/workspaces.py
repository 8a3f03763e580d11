"""A workspace asked on its socket: bounded in bytes and in time, no redirect followed, no header of it kept.

The sockets are on a file system that follows no link, so a workspace that puts a link in the place of
its own leads the door nowhere.
"""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import httpx

from hub.calls import NO_AUTHORITY
from hub.door.errors import RefusedError
from hub.door.shares import Held
from hub.workspace.spec import socket_path
from policies.names import WorkspaceName

ABSENT = "L'espace de travail ne répond pas : il est arrêté, ou très occupé. Réessayez dans une minute."
TOO_LONG = "L'espace de travail a répondu plus que ce qui peut être montré : ce fichier est trop grand pour l'écran."


@dataclass(frozen=True)
class Question:
    """What a workspace is asked, and how many bytes it may answer."""

    name: WorkspaceName
    method: str
    address: str
    headers: Mapping[str, str]
    body: bytes
    most: int


@dataclass(frozen=True)
class Said:
    """What a workspace answered."""

    status: int
    content: bytes


class Workspaces:
    """Every workspace's server, found by its name."""

    def __init__(self, run: PurePosixPath, patience_s: float) -> None:
        self._run = run
        self._patience_s = patience_s

    def check_there(self, name: WorkspaceName) -> None:
        """Raises RefusedError unless a workspace of this name has its socket."""
        try:
            found = Path(socket_path(name, self._run)).stat()
        except OSError:
            raise RefusedError(503, ABSENT) from None
        if not stat.S_ISSOCK(found.st_mode):
            raise RefusedError(503, ABSENT)

    async def ask(self, question: Question, held: Held) -> Said:
        """The whole of an answer, which the one who asks holds; raises RefusedError."""
        socket = str(socket_path(question.name, self._run))
        transport = httpx.AsyncHTTPTransport(uds=socket, verify=NO_AUTHORITY)
        own = {"Accept-Encoding": "identity", "Connection": "close", "Content-Type": "application/json"}
        headers, address = {**question.headers, **own}, f"http://workspace{question.address}"
        request = httpx.Request(question.method, address, headers=headers, content=question.body)
        try:
            async with asyncio.timeout(self._patience_s), transport:
                return await _read(await transport.handle_async_request(request), question.most, held)
        except (httpx.HTTPError, TimeoutError):
            raise RefusedError(503, ABSENT) from None


async def _read(response: httpx.Response, most: int, held: Held) -> Said:
    # Jupyter's server says how long an answer is; one in endless tiny pieces would keep the door from everybody else
    if "content-encoding" in response.headers or "transfer-encoding" in response.headers:
        raise RefusedError(502, ABSENT)
    content = bytearray()
    async for part in response.aiter_raw():
        held.grow(len(part))
        content += part
        if len(content) > most:
            raise RefusedError(413, TOO_LONG)
    return Said(response.status_code, bytes(content))
