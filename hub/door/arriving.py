"""A form as it arrives: its file goes aside, bounded, and is looked at on the way."""

from __future__ import annotations

from typing import Any

from hub.door.errors import RefusedError
from hub.door.form import Form
from hub.door.kinds import Judge, check_declaration
from hub.door.naming import file_name
from hub.door.settings import MIB
from hub.door.store import Incoming

PROMISE = "oui"


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

    def settle(self) -> dict[str, Any]:
        """What has come, once it is promised, declared and known by its content; raises RefusedError."""
        answers = self.form.answers
        if answers.get("engagement") != PROMISE:
            raise RefusedError(400, "Cochez la case : sans votre engagement, le fichier n'est pas déposé.")
        declaration = answers.get("declaration", "")
        check_declaration(self.name, declaration)
        with self.incoming.read_back() as whole:
            kind = self.judge.verdict(whole)
        digest, size = self.incoming.settle(), self.incoming.size
        return {"kind": kind, "bytes": size, "sha256": digest, "declaration": declaration}
