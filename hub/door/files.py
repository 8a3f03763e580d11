"""One call of JupyterLab's contents, from the browser's bytes to the workspace's and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread

from hub.door.calls import Call, Copy, Create, Read, Rename, Save, parse_call, write_json
from hub.door.errors import RefusedError, too_large
from hub.door.ledger import Ledger
from hub.door.models import Passing, read_answer, read_failure
from hub.door.settings import KIB, DoorSettings
from hub.door.target import Target
from hub.door.workspaces import ABSENT, Workspaces

READERS = 4
SMALL = 256 * KIB
# of a notebook: its text in JSON, at worst each byte escaped, and what is known of it beside
ESCAPED = 2
Result = TypeVar("Result")


@dataclass(frozen=True)
class Answer:
    """What the browser gets: a status, and JSON unless there is nothing to say."""

    status: int
    content: bytes = b""


class Files:
    """What the door does with each call."""

    def __init__(self, workspaces: Workspaces, ledger: Ledger, settings: DoorSettings) -> None:
        self._workspaces = workspaces
        self._ledger = ledger
        self._settings = settings
        self._limiter: CapacityLimiter | None = None
        self.largest_body = ESCAPED * max(settings.largest_notebook_kib, settings.largest_text_kib) * KIB + SMALL

    async def pass_on(self, method: str, target: Target, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Read, journal, ask, read again; raises RefusedError."""
        call = await self._apart(lambda: parse_call(method, target, query, body))
        sent = await self._apart(lambda: self._outgoing(target, call))
        address = target.address + _query(call)
        said = await self._workspaces.ask(target.workspace, method, address, headers, sent, self._most(call))
        if 400 <= said.status < 600:
            return Answer(said.status, read_failure(said.content))
        if said.status == 204:
            return Answer(204)
        if said.status not in {200, 201}:
            raise RefusedError(502, ABSENT)
        passing = await self._apart(lambda: self._incoming(target, call, said.content))
        return Answer(said.status, passing.answer)

    def _outgoing(self, target: Target, call: Call) -> bytes:
        """What goes to the workspace, in our own writing; a save is journaled first."""
        match call:
            case Save():
                self._journal_save(target, call)
                return write_json(call.model_dump(exclude={"path"}))
            case Create():
                return write_json({"type": call.type, "ext": call.ext})
            case Copy() | Rename():
                return write_json(call.model_dump())
        return b""

    def _journal_save(self, target: Target, call: Save) -> None:
        most, what = (
            (self._settings.largest_notebook_kib, "Ce notebook")
            if call.type == "notebook"
            else (self._settings.largest_text_kib, "Ce texte")
        )
        content = call.content.encode() if isinstance(call.content, str) else write_json(call.content)
        if len(content) > most * KIB:
            raise too_large(what, most)
        self._ledger.saved(target, "notebook" if call.type == "notebook" else "text", content)

    def _incoming(self, target: Target, call: Call, content: bytes) -> Passing:
        """What goes to the browser, in our own writing; a content is journaled first."""
        passing = read_answer(target, call, content, self._settings)
        if passing.shown is not None:
            self._ledger.shown(target, passing.kind, passing.shown)
        return passing

    def _most(self, call: Call) -> int:
        if not (isinstance(call, Read) and call.content):
            return SMALL
        settings = self._settings
        largest = max(settings.largest_notebook_kib, settings.largest_text_kib, 2 * settings.largest_image_kib)
        return ESCAPED * largest * KIB + SMALL

    async def _apart(self, work: Callable[[], Result]) -> Result:
        """Beside the loop: a large notebook takes long to read, and the journal waits for the disk."""
        if self._limiter is None:
            self._limiter = CapacityLimiter(READERS)
        return await to_thread.run_sync(work, limiter=self._limiter)


def _query(call: Call) -> str:
    return f"?{urlencode(call.query)}" if isinstance(call, Read) and call.query else ""
