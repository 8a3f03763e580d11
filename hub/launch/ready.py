"""Waiting for what was started, with a limit and a clear message when it does not come."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

from policies.errors import DatalabError

PATIENCE_S = 60.0
PAUSE_S = 0.05


def wait_for(what: str, is_ready: Callable[[], bool], log: str) -> None:
    """Return once `is_ready` says so; raises DatalabError naming the log after a minute."""
    end = time.monotonic() + PATIENCE_S
    while not is_ready():
        if time.monotonic() > end:
            raise DatalabError(f"{what} does not answer after {PATIENCE_S:.0f} s; read {log}")
        time.sleep(PAUSE_S)  # nothing to subscribe to: the process may not exist yet


def listens(path: Path) -> bool:
    """Whether a Unix socket accepts a connection."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


def accepts(address: str, port: int) -> bool:
    """Whether a TCP port accepts a connection."""
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False


def answers(address: str, port: int, host: str, path: str) -> bool:
    """Whether a page answers 200 under a host's name."""
    connection = HTTPConnection(address, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
