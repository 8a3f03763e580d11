"""The guard's socket, and the HTTP server that answers on it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import uvicorn

from hub.connection import Connection
from hub.guard.assemble import Guard
from hub.guard.calling.api import Door
from hub.limits import allow_open_files

CONNECTIONS = 512


def listen(path: Path, group: int) -> socket.socket:
    """The guard's socket: the hub's group may connect, nobody else; a stale one is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.chown(path.parent, 0, group)
    path.parent.chmod(0o2710)
    path.unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX)
    door.bind(str(path))
    os.chown(path, 0, group)
    path.chmod(0o660)
    door.listen(CONNECTIONS)
    return door


def make_server(guard: Guard) -> Server:
    """What answers on the guard's socket, at its door."""
    allow_open_files()
    parts = guard.parts
    door = Door(guard.service, parts.diary, parts.present.bell, parts.present.turns)
    config = uvicorn.Config(
        door,
        http=Connection,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
    )
    return Server(config, door)


class Server(uvicorn.Server):
    """Ends within a moment: who waits to hear of deaths is answered."""

    def __init__(self, config: uvicorn.Config, door: Door) -> None:
        super().__init__(config)
        self._door = door

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, answer who waits, then end."""
        self._door.hush()
        await super().shutdown(sockets)
