"""A door on real sockets, with its journal, and one workspace's socket on a file system that follows no link."""

from __future__ import annotations

import asyncio
import json
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import uvicorn

from hub.door.api import Door
from hub.guard.host import mounts
from hub.guard.host.expected import SOCKETS
from hub.serving import Service, listen, make_server
from tests.support.door import NAME, PLACE, Diary, as_json, door_settings
from tests.support.door_process import make
from tests.support.hostile import Hostile, as_answer


class Site:
    """A door with its journal, and one workspace's socket on a file system that follows no link."""

    def __init__(self, base: Path, **changes: Any) -> None:
        self.run = base / "run"
        self.ws = self.run / "ws"
        (self.run / "door").mkdir(parents=True)
        self.ws.mkdir()
        mounts.tmpfs(self.ws, SOCKETS, "mode=0711,size=1m")
        (self.ws / str(NAME)).mkdir()
        self.diary = Diary(base / "journal", time.monotonic, **changes)
        self.settings = door_settings(**changes)
        self.socket = self.run / "door" / "door.sock"
        self.server = self._start(make(base, self.diary, self.settings))
        self.workspace = Hostile(self.ws / str(NAME) / "j.sock")

    def _start(self, door: Door) -> uvicorn.Server:
        server, listener = make_server(Service(door, self.socket, 64)), listen(self.socket)
        self._thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])), daemon=True)
        self._thread.start()
        while not server.started:
            time.sleep(0.005)
        return server

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join()
        with suppress(OSError):
            self.workspace.stop()
        mounts.unmount(str(self.ws))

    def answers(self, status: str, values: object, *lines: str) -> None:
        self.workspace.answer = as_answer(status, as_json(values), *lines)

    def ask(
        self, method: str = "GET", tail: str = "/a.csv", body: object = None, **headers: str
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        with closing(Unix(self.socket)) as connection:
            content = body if isinstance(body, bytes) or body is None else as_json(body)
            connection.request(method, PLACE + tail, content, headers)
            answer = connection.getresponse()
            found = answer.read()
            return answer.status, json.loads(found) if found else {}, {k.lower(): v for k, v in answer.getheaders()}


class Unix(HTTPConnection):
    """A connection to a socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("door", timeout=20)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(str(self._path))


@contextmanager
def door_site(**changes: Any) -> Iterator[Site]:
    """One until the end."""
    with tempfile.TemporaryDirectory(prefix="dlo", dir="/tmp") as folder:
        made = Site(Path(folder), **changes)
        try:
            yield made
        finally:
            made.stop()
