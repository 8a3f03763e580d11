"""`python -m tests.benchmarks.simulated_guard SOCKET RUN`: answers the hub's calls as the guard does, without Docker.

What it starts is a socket that answers as a workspace's server does. It judges nothing: it stands in
where the hub alone is measured.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

ANSWER = b"HTTP/1.1 200 OK\r\nX-JupyterHub-Version: 6.1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class Workspaces:
    """What was created and started, by name."""

    def __init__(self, run: Path) -> None:
        self._run = run
        self._names: dict[str, str] = {}
        self._servers: dict[str, asyncio.Server] = {}

    async def answer(self, method: str, target: str) -> tuple[int, object]:
        parts = urlsplit(target)
        path, query = parts.path.removeprefix("/v1.41"), parse_qs(parts.query)
        if path == "/datalab/situation":
            one = {"sealed": [], "home": "kept", "end": None, "ended": None}
            return 200, dict.fromkeys(query["processings"][0].split(","), one)
        if path == "/datalab/deaths":
            await asyncio.sleep(20)
            return 200, {"epoch": "0" * 16, "count": 0, "names": [], "all": False}
        if path == "/containers/create":
            return 201, {"Id": self._create(query["name"][0]), "Warnings": []}
        _, _, reference, *verb = path.split("/")
        name = self._names.get(reference, reference)
        return await self._act(method, name, verb[0] if verb else "")

    def _create(self, name: str) -> str:
        identity = name.encode().hex().ljust(64, "0")[:64]
        self._names[identity] = name
        return identity

    async def _act(self, method: str, name: str, verb: str) -> tuple[int, object]:
        if verb == "start":
            folder = self._run / "ws" / name
            folder.mkdir(parents=True, exist_ok=True)
            self._servers[name] = await asyncio.start_unix_server(_say_ok, str(folder / "j.sock"))
            return 204, None
        if verb == "json":
            running = name in self._servers
            state = {"Status": "running" if running else "exited", "Running": running, "ExitCode": 0}
            known = {"Id": self._create(name), "Name": f"/{name}", "State": state, "Config": {"Labels": {}}}
            return (200, known) if running else (404, {"message": "absent"})
        server = self._servers.pop(name, None)
        if server is not None:
            server.close()
        return 204, None


async def _say_ok(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(ANSWER)
    await writer.drain()
    writer.close()


async def _serve(workspaces: Workspaces, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, request after request."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            lines = head.decode("latin-1").split("\r\n")
            method, target, _ = lines[0].split(" ")
            lengths = [int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:")]
            if lengths:
                await reader.readexactly(lengths[0])
            status, value = await workspaces.answer(method, target)
            body = b"" if value is None else json.dumps(value).encode()
            length = b"" if status == 204 else b"Content-Length: %d\r\n" % len(body)
            writer.write(b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\n%b\r\n%b" % (status, length, body))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main(socket: Path, run: Path) -> None:
    socket.parent.mkdir(parents=True, exist_ok=True)
    workspaces = Workspaces(run)
    server = await asyncio.start_unix_server(lambda r, w: _serve(workspaces, r, w), str(socket), backlog=1024)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
