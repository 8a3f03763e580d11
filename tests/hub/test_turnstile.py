"""The turnstile passes bytes on, a few connections at a time for each workspace; nobody can take everybody's."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from hub.turnstile import MOST_EACH, Entrance, Turnstile, bind

MINE, OTHERS = "pana01--aides", "pben02--aides"
PATIENCE_S = 10


class Running:
    """A turnstile in a loop of its own, before an inner side that answers each connection with what it got."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.turnstile = Turnstile(folder / "turnstile", folder / "inner.sock")
        self._ended, self._ready = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=(self._serve(),))
        self._thread.start()
        assert self._ready.wait(PATIENCE_S)

    async def _serve(self) -> None:
        inner = await asyncio.start_unix_server(echo, self.folder / "inner.sock")
        async with inner:
            while not self._ended.is_set():
                await self.turnstile.look()
                self._ready.set()
                await asyncio.sleep(0.01)
        self.turnstile.close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for each in rest:
            each.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await asyncio.sleep(0.05)  # transports let go of their sockets in the next turn of the loop

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def lay(self, name: str) -> None:
        """What the guard does: a folder for a workspace."""
        (self.folder / "turnstile" / name).mkdir()

    def connect(self, name: str = MINE) -> socket.socket:
        path = self.folder / "turnstile" / name / "hub.sock"
        client = socket.socket(socket.AF_UNIX)
        assert until(lambda: client.connect_ex(str(path)) == 0)
        client.settimeout(PATIENCE_S)
        return client


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with closing(writer):
        while content := await reader.read(65536):
            writer.write(content)
            await writer.drain()


@pytest.fixture
def turnstile() -> Iterator[Running]:
    """With two workspaces, in a folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="dlt") as place:
        (Path(place) / "turnstile").mkdir()
        made = Running(Path(place))
        try:
            made.lay(MINE)
            made.lay(OTHERS)
            yield made
        finally:
            made.stop()


def until(what: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_S
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def enters(client: socket.socket) -> bool:
    """Whether a connection goes through: what is sent comes back; one too many is closed, at once."""
    try:
        client.sendall(b"hello")
        return client.recv(5) == b"hello"
    except (ConnectionResetError, BrokenPipeError):
        return False


def test_bytes_go_both_ways_whatever_their_number(turnstile: Running) -> None:
    sent = os.urandom(3_000_000)
    with turnstile.connect() as client:
        threading.Thread(target=client.sendall, args=(sent,)).start()
        got = b""
        while len(got) < len(sent):
            got += client.recv(65536)
    assert got == sent


def test_one_workspace_has_so_many_connections_and_another_one_its_own(turnstile: Running) -> None:
    with ExitStack() as held:
        mine = [held.enter_context(turnstile.connect()) for _ in range(MOST_EACH)]
        assert [enters(each) for each in mine] == [True] * MOST_EACH
        assert not enters(held.enter_context(turnstile.connect()))
        assert enters(held.enter_context(turnstile.connect(OTHERS)))


def test_whoever_waits_in_front_of_one_entrance_is_in_nobodys_way(turnstile: Running) -> None:
    """A thousand connections are asked for as fast as can be; the other entrance answers meanwhile."""
    with ExitStack() as held, ThreadPoolExecutor(50) as crowd:
        waiting = [crowd.submit(turnstile.connect) for _ in range(1000)]
        assert enters(held.enter_context(turnstile.connect(OTHERS)))
        for each in waiting:
            each.result().close()


def test_whoever_leaves_makes_room(turnstile: Running) -> None:
    with ExitStack() as held:
        mine = [held.enter_context(turnstile.connect()) for _ in range(MOST_EACH)]
        assert all(enters(each) for each in mine)
        mine[0].close()
        assert until(lambda: enters(held.enter_context(turnstile.connect())))


def test_a_connection_that_says_nothing_is_closed_when_its_time_is_over() -> None:
    async def hold(folder: Path) -> int:
        server = await asyncio.start_unix_server(Entrance(folder / "inner.sock", 0.2).take, folder / "hub.sock")
        inner = await asyncio.start_unix_server(echo, folder / "inner.sock")
        async with server, inner:
            reader, writer = await asyncio.open_unix_connection(folder / "hub.sock")
            with closing(writer):
                return len(await asyncio.wait_for(reader.read(), PATIENCE_S))

    with tempfile.TemporaryDirectory(prefix="dlt") as place:
        assert asyncio.run(hold(Path(place))) == 0


def test_where_nobody_listens_inside_a_connection_is_closed_and_its_place_is_free(turnstile: Running) -> None:
    (turnstile.folder / "inner.sock").unlink()
    for _ in range(MOST_EACH + 1):
        with turnstile.connect() as client:
            assert not enters(client)


def test_an_entrance_goes_with_its_workspace_and_comes_back_with_it(turnstile: Running) -> None:
    with turnstile.connect() as client:
        assert enters(client)
    folder = turnstile.folder / "turnstile" / MINE
    shutil.rmtree(folder)
    turnstile.lay(MINE)
    with turnstile.connect() as client:
        assert enters(client)


def test_what_is_not_a_workspaces_name_gets_no_entrance(turnstile: Running) -> None:
    turnstile.lay("a..b")
    turnstile.lay("pzoe09--aides")  # made later: when it has its entrance, the other was looked at
    turnstile.connect("pzoe09--aides").close()
    assert list((turnstile.folder / "turnstile" / "a..b").iterdir()) == []


def test_a_socket_that_an_earlier_turnstile_left_is_replaced(turnstile: Running) -> None:
    folder = turnstile.folder / "turnstile" / "pzoe09--aides"
    folder.with_name("aside").mkdir()
    bind(folder.with_name("aside") / "hub.sock").close()
    folder.with_name("aside").rename(folder)
    with turnstile.connect("pzoe09--aides") as client:
        assert enters(client)
