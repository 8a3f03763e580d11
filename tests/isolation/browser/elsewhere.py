"""A host that is not ours, on loopback: whatever arrives there has left the datalab."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

NAME = "ailleurs.test"
# browsers take names under localhost for safe, and do there what they do with TLS only elsewhere
SAFE_NAME = "ailleurs.localhost"
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\nConnection: close\r\n"
    b"Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Headers: *\r\n\r\n<p>ailleurs\n"
)


class Elsewhere:
    """Listens on a port, over TCP and UDP, and notes what arrives: request lines, connections, packets."""

    def __init__(self) -> None:
        self.arrived: list[str] = []
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._tcp.getsockname()[1])
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", self.port))
        for work in (self._accept, self._receive):
            threading.Thread(target=work, daemon=True).start()

    @property
    def address(self) -> str:
        """Its first page."""
        return f"http://{NAME}:{self.port}/"

    @property
    def safe_address(self) -> str:
        """The same, under a name that browsers take for safe."""
        return f"http://{SAFE_NAME}:{self.port}/"

    def stop(self) -> None:
        """Listen no more."""
        self._tcp.close()
        self._udp.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._tcp.accept()
            except OSError:
                return
            self.arrived.append("connection")
            threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        client.settimeout(10)
        with client, suppress(OSError):
            found = b""
            while b"\r\n\r\n" not in found:
                part = client.recv(65536)
                if not part:
                    return
                found += part
            self.arrived.append(found.split(b"\r\n")[0].decode("latin-1"))
            client.sendall(ANSWER)

    def _receive(self) -> None:
        while True:
            try:
                self._udp.recv(2048)
            except OSError:
                return
            self.arrived.append("packet")
