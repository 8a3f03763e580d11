"""A workspace asked on its socket: bounded in bytes and in time, no redirect followed, no header of it kept.

The sockets are on a file system that follows no link, so a workspace that puts a link in the place of
its own leads the door nowhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import httpx

from hub.calls import NO_AUTHORITY
from hub.door.errors import RefusedError
from hub.workspace.spec import socket_path
from policies.names import WorkspaceName

ABSENT = "L'espace de travail ne répond pas : il est arrêté, ou très occupé. Réessayez dans une minute."
TOO_LONG = "L'espace de travail a répondu plus que ce qui peut être montré : ce fichier est trop grand pour l'écran."


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

    async def ask(
        self, name: WorkspaceName, method: str, address: str, headers: Mapping[str, str], body: bytes, most: int
    ) -> Said:
        """The whole of an answer of so many bytes at most; raises RefusedError."""
        socket = str(socket_path(name, self._run))
        transport = httpx.AsyncHTTPTransport(uds=socket, verify=NO_AUTHORITY)
        own = {"Accept-Encoding": "identity", "Connection": "close", "Content-Type": "application/json"}
        request = httpx.Request(method, f"http://workspace{address}", headers={**headers, **own}, content=body)
        try:
            async with asyncio.timeout(self._patience_s), transport:
                return await _read(await transport.handle_async_request(request), most)
        except (httpx.HTTPError, TimeoutError):
            raise RefusedError(503, ABSENT) from None


async def _read(response: httpx.Response, most: int) -> Said:
    if "content-encoding" in response.headers:
        raise RefusedError(502, ABSENT)
    content = bytearray()
    async for part in response.aiter_raw():
        content += part
        if len(content) > most:
            raise RefusedError(413, TOO_LONG)
    return Said(response.status_code, bytes(content))
