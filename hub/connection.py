"""One connection of the HTTP servers of ours: those of the guard and of the sign-in."""

from __future__ import annotations

from uvicorn.protocols.http.h11_impl import H11Protocol


class Connection(H11Protocol):
    """Nothing is kept of a connection that broke off.

    Uvicorn keeps it, with all that it sent, until the time has passed for which an idle one would be kept alive:
    whoever breaks off hundreds of connections a second would have a server hold gigabytes.
    """

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it at once, however it ended."""
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
