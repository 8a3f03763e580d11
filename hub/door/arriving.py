"""A form as it arrives: its file goes aside, bounded, and is looked at on the way."""

from __future__ import annotations

from hub.door.errors import RefusedError
from hub.door.form import Form
from hub.door.kinds import Judge
from hub.door.naming import file_name
from hub.door.settings import MIB
from hub.door.store import Incoming


class Arriving:
    """One form."""

    def __init__(self, content_type: str, incoming: Incoming, largest: int) -> None:
        self.incoming = incoming
        self.name = ""
        self.judge = Judge("")
        self._largest = largest
        self.form = Form(content_type, self._open, self._write)

    def _open(self, sent: str) -> None:
        self.name = file_name(sent)
        self.judge = Judge(self.name)

    def _write(self, part: bytes) -> None:
        if self.incoming.size + len(part) > self._largest:
            raise RefusedError(413, f"Ce fichier est trop grand : {self._largest // MIB} Mio au plus.")
        self.judge.feed(part)
        self.incoming.write(part)
