"""Calls to our other processes over their Unix sockets, without blocking."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from policies.errors import UnavailableError

# a Unix socket carries no TLS: httpx would load the machine's authorities at each call (30 ms); this one trusts nobody
NO_AUTHORITY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


async def call(socket: Path, method: str, path: str, timeout_s: float, **content: Any) -> tuple[int, Mapping[str, Any]]:
    """Status and JSON of an answer; raises UnavailableError when there is none, without what was sent."""
    transport = httpx.AsyncHTTPTransport(uds=str(socket), verify=NO_AUTHORITY)
    try:
        async with httpx.AsyncClient(transport=transport, timeout=timeout_s, trust_env=False) as client:
            response = await client.request(method, f"http://{socket.stem}{path}", **content)
            values = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise UnavailableError(f"{socket}: no answer ({type(error).__name__}); is the process running?") from None
    if not isinstance(values, dict):
        raise UnavailableError(f"{socket}: the answer is not an object")
    return response.status_code, values
