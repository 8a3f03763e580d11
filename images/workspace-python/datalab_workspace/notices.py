"""What the guard announces to this workspace, for the page that shows it."""

from typing import Any

from jupyter_server.base.handlers import APIHandler
from tornado import web

from datalab_workspace.announcement import read_announcement


class NoticeHandler(APIHandler):  # type: ignore[misc]  # not typed
    """GET: the note."""

    @web.authenticated
    def get(self) -> None:
        """Read anew each time: the guard replaces it."""
        self.set_header("Cache-Control", "no-store")
        self.finish(read_announcement())

    def data_received(self, chunk: bytes) -> Any:
        """Nothing is sent here."""
