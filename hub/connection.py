"""One connection of the HTTP servers of ours: those of the guard, the sign-in and the door."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol


class Connection(H11Protocol):
    """There are only so many at once, and nothing is kept of one that broke off.

    Uvicorn counts connections and refuses what they ask, but takes every one: whoever opens thousands would use up the
    files that the process may open, and with them what it has to do besides answering. It also keeps one that broke
    off, with all that it sent, until the time has passed for which an idle one would be kept alive: whoever breaks off
    hundreds of connections a second would have a server hold gigabytes.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Close it at once when there are as many as the server's limit; those that are there go on."""
        super().connection_made(transport)
        if self.limit_concurrency is not None and len(self.connections) >= self.limit_concurrency:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it at once, however it ended."""
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
