"""One call of JupyterLab's contents, from the browser's bytes to the workspace's and back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from hub.door.calls import Call, Copy, Create, Read, Rename, Save, parse_call
from hub.door.errors import RefusedError
from hub.door.json_text import write_around, write_json
from hub.door.ledger import Entered, Ledger, Outcome
from hub.door.models import Passing, bounded, read_answer, read_failure
from hub.door.readers import Readers
from hub.door.settings import SMALL, DoorSettings
from hub.door.shares import Held
from hub.door.target import Target
from hub.door.workspaces import ABSENT, TOO_LONG, Question, Said, Workspaces


@dataclass(frozen=True)
class Answer:
    """What the browser gets: a status, and JSON unless there is nothing to say."""

    status: int
    content: bytes = b""


@dataclass(frozen=True)
class Outgoing:
    """What goes to the workspace: a call without what it saves, that in our own writing, and the entry it has."""

    call: Call
    content: bytes = b""
    entered: Entered | None = None


class Files:
    """What the door does with each call."""

    def __init__(self, workspaces: Workspaces, ledger: Ledger, readers: Readers, settings: DoorSettings) -> None:
        self._workspaces = workspaces
        self._ledger = ledger
        self._readers = readers
        self._settings = settings

    def check_there(self, target: Target) -> None:
        """Raises RefusedError unless the workspace is there: nothing else of it is looked at, or journaled."""
        self._workspaces.check_there(target.workspace)

    async def pass_on(
        self, method: str, target: Target, query: str, headers: Mapping[str, str], body: bytes, held: Held
    ) -> Answer:
        """Read, journal, ask, read again; raises RefusedError."""
        out = await self._readers.run(partial(self._outgoing, method, target, query, body), len(body))
        del body  # a large one is not kept while the workspace is waited for
        address = target.address + _query(out.call)
        async with self._journaled(out.entered) as outcome:
            question = Question(target.workspace, method, address, headers, out.content, self._most(out.call))
            said = await self._workspaces.ask(question, held)
            outcome.status = said.status
            answer = await self._incoming(target, out.call, said)
            outcome.kept = answer.status in {200, 201}
            return answer

    @asynccontextmanager
    async def _journaled(self, entered: Entered | None) -> AsyncIterator[Outcome]:
        """What has an entry gets a second one unless it was kept, whatever went wrong."""
        outcome = Outcome()
        try:
            yield outcome
        finally:
            if entered:
                await self._readers.run(partial(self._ledger.ended, entered, outcome))

    def _outgoing(self, method: str, target: Target, query: str, body: bytes) -> Outgoing:
        """What goes to the workspace, in our own writing; a save is journaled first."""
        call = parse_call(method, target, query, body)
        match call:
            case Save():
                return self._save(target, call)
            case Create():
                return Outgoing(call, write_json({"type": call.type, "ext": call.ext}))
            case Copy() | Rename():
                return Outgoing(call, write_json(call.model_dump()))
        return Outgoing(call)

    def _save(self, target: Target, call: Save) -> Outgoing:
        written = write_json(call.content)
        kind, content = ("notebook", written) if call.type == "notebook" else ("text", call.content.encode())
        bounded(content, kind, self._settings)
        sent = write_around({"type": call.type, "format": call.format}, "content", written)
        entered = self._ledger.saved(target, kind, content)
        return Outgoing(call.model_copy(update={"content": None}), sent, entered)

    async def _incoming(self, target: Target, call: Call, said: Said) -> Answer:
        """What goes to the browser, in our own writing; a content is journaled first."""
        if 400 <= said.status < 600:
            return Answer(said.status, read_failure(said.content))
        if said.status == 204:
            return Answer(204)
        if said.status not in {200, 201}:
            raise RefusedError(502, ABSENT)
        passing = await self._readers.run(partial(self._read, target, call, said.content), len(said.content))
        return Answer(said.status, passing.answer)

    def _read(self, target: Target, call: Call, content: bytes) -> Passing:
        if len(content) > self._settings.largest_body and not content.isascii():
            raise RefusedError(413, TOO_LONG)  # only what is escaped gets shorter when it is written
        passing = read_answer(target, call, content, self._settings)
        if passing.shown is not None:
            self._ledger.shown(target, passing.kind, passing.shown)
        return passing

    def _most(self, call: Call) -> int:
        return self._settings.largest_answer if isinstance(call, Read) and call.content else SMALL


def _query(call: Call) -> str:
    return f"?{urlencode(call.query)}" if isinstance(call, Read) and call.query else ""
