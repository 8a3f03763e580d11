"""An https witness: keeps lines that follow its last, answers 409 to others; a test can make it misbehave."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from onboarding.keeper.checkpoint import Checkpoint, parse_checkpoint
from onboarding.keeper.ledger import Ledger
from tests.support.authority import Authority


class WitnessServer(HTTPServer):
    """What it kept is a ledger of its own; `answers` replaces what it would answer."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.ledger = Ledger(folder)
        self.answers: int | None = None
        self.types: list[str] = []
        files = authority.issue("witness", ("127.0.0.1",))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files.certificate, files.key)
        self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.server_port}/points"

    def keep(self, content: bytes) -> int:
        """The status of a request with these lines."""
        for raw in content.splitlines(keepends=True):
            found = parse_checkpoint(raw)
            if found is None or not _follows(found, self.ledger.last()):
                return 409
            self.ledger.append(found)
        return 204


def _follows(found: Checkpoint, last: Checkpoint | None) -> bool:
    return found.n == 1 if last is None else (found.n, found.previous) == (last.n + 1, last.fingerprint)


class _Handler(BaseHTTPRequestHandler):
    server: WitnessServer

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.types.append(self.headers["Content-Type"])
        self.send_response(self.server.answers or self.server.keep(content))
        self.send_header("Location", "https://elsewhere.test/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on the tests' terminal."""

    def handle(self) -> None:
        try:
            super().handle()
        except (ssl.SSLError, ConnectionError):
            self.close_connection = True


@contextmanager
def witness_server(folder: Path, authority: Authority) -> Iterator[WitnessServer]:
    """A server on a port of its own, gone at the end."""
    server = WitnessServer(folder, authority)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
