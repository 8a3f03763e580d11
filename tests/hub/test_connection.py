"""A server of ours has only so many connections, and forgets at once one that breaks off, with all that it sent."""

from __future__ import annotations

import gc
import socket
import threading
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import uvicorn
from starlette.responses import Response

from hub.connection import Connection
from tests.support.guarded_site import wait_for

REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
ANSWER = b"\r\n\r\nanswer"
made: weakref.WeakSet[Connection] = weakref.WeakSet()


class Seen(Connection):
    """One whose end can be waited for."""

    def __init__(self, *details: object, **named: object) -> None:
        super().__init__(*details, **named)  # type: ignore[arg-type]
        made.add(self)


@contextmanager
def serving(path: Path, at_once: int = 100) -> Iterator[None]:
    """A server that would keep an idle connection for ten minutes."""
    config = uvicorn.Config(
        Response("answer"),
        http=Seen,
        lifespan="off",
        log_level="error",
        uds=str(path),
        timeout_keep_alive=600,
        limit_concurrency=at_once,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        wait_for(lambda: server.started)
        yield
    finally:
        server.should_exit = True
        thread.join()


def left_open(client: socket.socket) -> bool:
    """Whether a connection on which nothing was asked is still there a moment later; a closed one is told at once."""
    client.settimeout(0.3)
    try:
        return client.recv(1) != b""
    except TimeoutError:
        return True
    except ConnectionError:
        return False


def test_who_opens_more_connections_than_the_limit_is_closed_and_the_others_are_answered(tmp_path: Path) -> None:
    with serving(tmp_path / "s", at_once=4), ExitStack() as stack:
        clients = [stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(8)]
        for client in clients:
            client.connect(str(tmp_path / "s"))
        assert [left_open(client) for client in clients] == [True] * 3 + [False] * 5
        clients[0].sendall(REQUEST)
        assert clients[0].recv(12) == b"HTTP/1.1 200"


@contextmanager
def connected(path: Path) -> Iterator[socket.socket]:
    """A connection on which the whole answer waits to be read."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        client.sendall(REQUEST)
        wait_for(lambda: client.recv(65536, socket.MSG_PEEK).endswith(ANSWER))
        yield client


def none_is_left() -> bool:
    gc.collect()
    return not made


def test_who_leaves_without_reading_the_answer_leaves_nothing(tmp_path: Path) -> None:
    """The kernel then says that the connection was broken, which uvicorn takes for no end of it."""
    with serving(tmp_path / "s"):
        with connected(tmp_path / "s"):
            assert len(made) == 1
        wait_for(none_is_left, seconds=2)


def test_who_reads_and_then_leaves_leaves_nothing(tmp_path: Path) -> None:
    with serving(tmp_path / "s"):
        with connected(tmp_path / "s") as client:
            assert client.recv(65536).endswith(ANSWER)
        wait_for(none_is_left, seconds=2)


def test_who_stays_is_answered_again_on_the_same_connection(tmp_path: Path) -> None:
    with serving(tmp_path / "s"), connected(tmp_path / "s") as client:
        assert client.recv(65536).endswith(ANSWER)
        client.sendall(REQUEST)
        assert client.recv(12) == b"HTTP/1.1 200"
        assert len(made) == 1
