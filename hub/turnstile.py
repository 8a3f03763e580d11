"""`python -m hub.turnstile --values PATH`: what stands between workspaces and the front's inner side.

The front answers browsers with the same connections as workspaces: whoever held them all would shut
everybody out. So each workspace has a socket of its own here, on which nobody else waits, with a few
connections at a time, for a short while. Bytes are passed on and never read. The guard makes a folder
for each workspace and takes it away; this process listens in it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from hub.limits import allow_open_files
from policies.names import parse_workspace_name
from policies.process import log_lines, said_in_one_line, values_parser
from policies.settings import Places, read_values

ACCOUNT = "turnstile"
SOCKET = "hub.sock"
MOST_EACH = 16
WAITING = 32
LONGEST_S = 30.0
LOOK_S = 0.1
CHUNK = 64 * 1024
log = logging.getLogger("datalab.turnstile")


class Entrance:
    """One workspace's socket: so many connections at a time are passed on, one too many is closed at once."""

    def __init__(self, inner: Path, longest_s: float = LONGEST_S) -> None:
        self._inner = inner
        self._longest_s = longest_s
        self.inside = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until an end closes or its time is over."""
        with closing(writer):
            if self.inside >= MOST_EACH:
                return
            with self._counted(), suppress(OSError, TimeoutError):  # either end may go away at any moment
                async with asyncio.timeout(self._longest_s):
                    await self._pass_on(reader, writer)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_unix_connection(self._inner)
        with closing(inner_writer):
            ways = {asyncio.create_task(copy(reader, inner_writer)), asyncio.create_task(copy(inner_reader, writer))}
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Everything that comes, as fast as the other end takes it."""
    while content := await reader.read(CHUNK):
        writer.write(content)
        await writer.drain()


class Turnstile:
    """An entrance in each folder that bears a workspace's name."""

    def __init__(self, folder: Path, inner: Path) -> None:
        self._folder = folder
        self._inner = inner
        self._open: dict[str, asyncio.Server] = {}

    async def look(self) -> None:
        """Listen where a folder has appeared or was made anew; let go of what is gone."""
        names = set(filter(is_workspace, os.listdir(self._folder)))  # noqa: PTH208 - names, not paths
        for name in [*self._open]:
            if name not in names or not (self._folder / name / SOCKET).exists():
                self._open.pop(name).close()
        for name in sorted(names - self._open.keys()):
            try:
                self._open[name] = await self._listen(self._folder / name / SOCKET)
            except OSError as error:  # it went away again, or is not ours yet: the next look tells
                log.warning("%s: %s", name, error.strerror)

    async def _listen(self, path: Path) -> asyncio.Server:
        return await asyncio.start_unix_server(
            Entrance(self._inner).take, sock=bind(path), backlog=WAITING, limit=CHUNK
        )

    def close(self) -> None:
        """Listen no more."""
        for server in self._open.values():
            server.close()


def is_workspace(name: str) -> bool:
    """Whether a folder's name is that of a workspace."""
    try:
        parse_workspace_name(name)
    except ValueError:
        return False
    return True


def bind(path: Path) -> socket.socket:
    """A socket that whoever sees it may connect to; one that an earlier process left is replaced."""
    path.unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX)
    try:
        door.bind(str(path))
        path.chmod(0o666)
    except OSError:
        door.close()
        raise
    return door


async def serve(places: Places) -> None:
    """Pass on until told to stop."""
    stopped = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    turnstile = Turnstile(places.run / ACCOUNT, places.run / "gate" / SOCKET)
    while not stopped.is_set():
        await turnstile.look()
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), LOOK_S)
    turnstile.close()


def main(arguments: list[str] | None = None) -> None:
    """Errors that are foreseen are said in one line, without a traceback."""
    chosen = values_parser("python -m hub.turnstile", "Between workspaces and the front.").parse_args(arguments)
    log_lines()
    allow_open_files()
    with said_in_one_line():
        asyncio.run(serve(read_values(chosen.values).places))


if __name__ == "__main__":
    main()
