"""A workspace's server written by whoever works in it: bytes, whatever it is asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


class Hostile:
    """Listens on a socket; `answer` is sent to each request, or `speak` is called with the connection."""

    def __init__(self, path: Path) -> None:
        self.answer = b""
        self.speak: Callable[[socket.socket], None] | None = None
        self.asked: list[bytes] = []
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        path.chmod(0o666)
        self._server.listen(64)
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            self.asked.append(_read_request(client))
            if self.speak:
                self.speak(client)
            else:
                client.sendall(self.answer)


def _read_request(client: socket.socket) -> bytes:
    """A request with its body, if its head says how long that is."""
    found = b""
    while b"\r\n\r\n" not in found:
        part = client.recv(65536)
        if not part:
            return found
        found += part
    head, _, body = found.partition(b"\r\n\r\n")
    lines = [line.split(b":", 1) for line in head.split(b"\r\n")[1:]]
    length = next((int(value) for name, value in lines if name.lower() == b"content-length"), 0)
    while len(body) < length:
        body += client.recv(65536)
    return head + b"\r\n\r\n" + body


def as_answer(status: str, body: bytes, *lines: str) -> bytes:
    """An answer that is what its head says."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Content-Type: application/json", *lines, "", ""]
    return "\r\n".join(head).encode() + body
