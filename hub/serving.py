"""Two servers in one process and one loop: each on its own socket, with its own application and its own limit.

What floods one socket leaves no connection of the other's unanswered; neither application has a route
of the other's.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from hub.connection import Connection
from hub.limits import allow_open_files
from policies.errors import DatalabError

SOCKET_UMASK = 0o117


@dataclass(frozen=True)
class Service:
    """An application, the socket on which it answers, how many it answers at once, and the longest head it reads."""

    application: ASGIApp
    socket: Path
    at_once: int
    longest_head: int = 16 * 1024


def serve(services: Sequence[Service]) -> None:
    """Serve all until told to stop; when one fails the process ends."""
    allow_open_files()
    listeners = [listen(each.socket) for each in services]
    try:
        asyncio.run(_serve([make_server(each) for each in services], listeners))
    finally:
        for listener in listeners:
            listener.close()


async def _serve(servers: Sequence[uvicorn.Server], listeners: Sequence[socket.socket]) -> None:
    def stop() -> None:
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop)
    # an error in one ends the group, and so the process: the supervisor starts both anew
    async with asyncio.TaskGroup() as group:
        for server, listener in zip(servers, listeners, strict=True):
            group.create_task(server.serve(sockets=[listener]))


class _Server(uvicorn.Server):
    """uvicorn's, which leaves signals to the process: of two servers the second would take them from the first."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def make_server(service: Service) -> uvicorn.Server:
    """A server of one application, as bare as it can be."""
    config = uvicorn.Config(
        service.application,
        log_level="warning",
        access_log=False,
        lifespan="off",
        http=Connection,
        ws="none",
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=service.longest_head,
        limit_concurrency=service.at_once,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
    )
    return _Server(config)


def listen(path: Path) -> socket.socket:
    """A socket for its folder's group, whose place is taken from a process that died, never from a live one."""
    path.parent.mkdir(mode=0o710, parents=True, exist_ok=True)
    if path.exists() or path.is_symlink():
        _unlink_stale(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(SOCKET_UMASK)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    return listener


def _unlink_stale(path: Path) -> None:
    if not stat.S_ISSOCK(path.lstat().st_mode):
        raise DatalabError(f"{path}: is not a socket; remove it")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
            return
    raise DatalabError(f"{path}: another process listens; stop it first")
