"""A hub as it must not be: it asks nobody who they are, and answers every call with what it knows of somebody else."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TOLD = {
    "name": "pautre1",
    "admin": True,
    "groups": ["autres"],
    "scopes": ["admin:users"],
    "last_activity": "2026-01-01",
}


@contextmanager
def believing(path: Path) -> Iterator[None]:
    """It listens on a socket of everybody, until the end of the block."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        path.chmod(0o777)
        server.listen(64)
        threading.Thread(target=_answer_all, args=(server,), daemon=True).start()
        yield
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)


def _answer_all(server: socket.socket) -> None:
    body = json.dumps(TOLD).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
    with suppress(OSError):
        while True:
            with server.accept()[0] as client, suppress(OSError):
                client.settimeout(1)
                client.recv(65536)
                client.sendall(head + body)
