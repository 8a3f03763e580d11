"""`python -m tests.support.bad_requests SOCKET NUMBER`: a hub, in a process of its own, that only asks what it may not.

Every kind in turn, each answered before the next is sent; says as JSON how often each status came.
"""

from __future__ import annotations

import json
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress

NAME = "p7f3k2--aides-ciblage"
CREATE = f"POST /v1.41/containers/create?name={NAME}"
LARGEST = 64 * 1024


def _request(line: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"{line} HTTP/1.1", "Host: guard", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


# answered with 403 and journaled
REFUSED = (
    _request("GET /v1.41/containers/json?all=1"),
    _request("POST /v1.24/containers/create?name=x", b"{}"),
    _request(f"POST /v1.41/containers/{NAME}/exec", b'{"Cmd": ["sh"]}'),
    _request(CREATE, b"{}"),
    _request(CREATE, b'{"Tty": false, "tty": true}'),
    _request(CREATE, b"[" * 5_000),
    _request(CREATE, b"\xff\xfe"),
    _request(CREATE, b"x" * (LARGEST + 1)),
    _request(f"{CREATE}&name=other", b"{}"),
    _request(f"POST /containers/{NAME}/start", b'{"Binds": ["/:/host"]}'),
    _request(f"POST /containers/{NAME}/stop?t=-1"),
    _request("POST /containers/" + "f" * 64 + "/start?detachKeys=a"),
    _request(f"DELETE /containers/{NAME}?force=yes"),
    _request(f"GET /containers/{NAME}/../front/json"),
    _request("GET /" + "a" * 8_000),
    _request(f"PUT /datalab/situation?person={'p' * 4_000}"),
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: g\r\nX: " + b"a" * (2 * LARGEST) + b"\r\n\r\n",
)
# not HTTP, or two things at once: answered with 400, and no call that could be journaled
NOT_HTTP = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    f"{CREATE} HTTP/1.1\r\nHost: g\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{{}}".encode(),
    f"{CREATE} HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: xchunked\r\n\r\n{{}}".encode(),
)
# begun and left: nobody is answered; the first of them was a call already, and is journaled
BROKEN_OFF = (f"{CREATE} HTTP/1.1\r\nHost: g\r\nContent-Length: 500\r\n\r\n{{".encode(), b"POST /v1.41/contai")


def statuses(path: str, number: int) -> Counter[str]:
    """How often each status came for so many requests."""
    kinds = (*REFUSED, *NOT_HTTP, *BROKEN_OFF)
    return Counter(status for each in range(number) for status in _statuses(path, kinds[each % len(kinds)]))


def _statuses(path: str, content: bytes) -> Iterator[str]:
    with closing(socket.socket(socket.AF_UNIX)) as client:
        client.settimeout(30)
        client.connect(path)
        with suppress(BrokenPipeError, ConnectionResetError):  # it heard enough
            client.sendall(content)
        if content in BROKEN_OFF:
            yield "left"
            return
        try:
            yield client.recv(12).partition(b" ")[2].decode() or "closed"
        except ConnectionResetError:
            yield "closed"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(statuses(sys.argv[1], int(sys.argv[2]))))
