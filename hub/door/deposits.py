"""A deposit from its form to its folder: declared, bounded, known by its content, journaled, then there.

Who deposits is who signed in: the hub hands over the ticket, and the door verifies it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from anyio import to_thread

from hub.door.errors import RefusedError
from hub.door.form import Form
from hub.door.kinds import Judge, check_declaration
from hub.door.ledger import Ledger
from hub.door.naming import file_name
from hub.door.settings import MIB, DoorSettings
from hub.door.store import Incoming, Store
from policies.errors import DatalabError
from policies.names import WorkspaceName
from policies.proofs.keys import PublicKeys
from policies.proofs.tickets import check_ticket

SHOWN_AS = "/entrees"
PROMISE = "oui"


@dataclass(frozen=True)
class Proofs:
    """What tickets are verified with; keys are read anew each time, because they may be renewed."""

    keys: Callable[[], PublicKeys]
    age: timedelta
    clock: Callable[[], datetime]

    def check(self, ticket: str, workspace: WorkspaceName) -> None:
        """Raises RefusedError unless this is a ticket of the workspace's person."""
        try:
            found = check_ticket(ticket, self.keys(), self.clock(), self.age)
        except DatalabError:
            raise RefusedError(403, "Votre connexion ne vaut plus. Reconnectez-vous.") from None
        if found.person != workspace.person:
            raise RefusedError(403, "Cet espace de travail n'est pas le vôtre.")


class _Arriving:
    """One form as it arrives: its file goes aside, and is looked at on the way."""

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


class Deposits:
    """What a person deposits, sees and removes."""

    def __init__(self, store: Store, ledger: Ledger, proofs: Proofs, settings: DoorSettings) -> None:
        self._store = store
        self._ledger = ledger
        self._proofs = proofs
        self._settings = settings
        self._turn = Lock()

    def shown(self, workspace: WorkspaceName, ticket: str) -> dict[str, Any]:
        """What is deposited; raises RefusedError."""
        self._proofs.check(ticket, workspace)
        return {"deposits": [vars(each) for each in self._store.list(workspace)]}

    def remove(self, workspace: WorkspaceName, ticket: str, name: str) -> None:
        """Take a deposited file away, journaled first; raises RefusedError."""
        self._proofs.check(ticket, workspace)
        self._store.check_there(workspace, name)
        self._ledger.removed(workspace, f"{SHOWN_AS}/{name}")
        self._store.remove(workspace, name)

    async def receive(
        self, workspace: WorkspaceName, ticket: str, content_type: str, parts: AsyncIterator[bytes]
    ) -> dict[str, Any]:
        """Keep the file of a form, journaled first; raises RefusedError."""
        await to_thread.run_sync(self._proofs.check, ticket, workspace)
        with ExitStack() as stack:
            incoming = stack.enter_context(self._store.incoming())
            arriving = _Arriving(content_type, incoming, self._settings.largest_deposit_mib * MIB)
            async for part in parts:
                await to_thread.run_sync(arriving.form.feed, part)
            arriving.form.finish()
            return await to_thread.run_sync(self._keep, workspace, arriving)

    def _keep(self, workspace: WorkspaceName, arrived: _Arriving) -> dict[str, Any]:
        answers, incoming, settings = arrived.form.answers, arrived.incoming, self._settings
        declaration = answers.get("declaration", "")
        if answers.get("engagement") != PROMISE:
            raise RefusedError(400, "Cochez la case : sans votre engagement, le fichier n'est pas déposé.")
        check_declaration(arrived.name, declaration)
        kind = arrived.judge.verdict()
        path, digest = f"{SHOWN_AS}/{arrived.name}", incoming.settle()
        known = {"path": path, "kind": kind, "bytes": incoming.size, "sha256": digest, "declaration": declaration}
        with self._turn:  # two that arrive together do not share the room that is left for one
            self._store.check_free(workspace, arrived.name)
            self._store.check_room(workspace, incoming.size, settings.deposits_mib * MIB, settings.deposits)
            self._ledger.deposited(workspace, known)
            self._store.keep(incoming, workspace, arrived.name)
        return known
