"""A deposit from its form to its folder: declared, bounded, known by its content, journaled, then there.

Who deposits is who signed in: the hub hands over the ticket, and the door verifies it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import Any

from anyio import to_thread

from hub.door.arriving import Arriving
from hub.door.errors import RefusedError
from hub.door.kinds import check_declaration
from hub.door.ledger import Ledger
from hub.door.proofs import Proofs, make_proofs
from hub.door.settings import MIB, DoorSettings
from hub.door.store import Store
from policies.names import WorkspaceName
from policies.settings import Values

SHOWN_AS = "/entrees"
PROMISE = "oui"


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
            arriving = Arriving(content_type, incoming, self._settings.largest_deposit_mib * MIB)
            async for part in parts:
                await to_thread.run_sync(arriving.form.feed, part)
            arriving.form.finish()
            return await to_thread.run_sync(self._keep, workspace, arriving)

    def _keep(self, workspace: WorkspaceName, arrived: Arriving) -> dict[str, Any]:
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


def make_deposits(values: Values, ledger: Ledger, aside: Path) -> Deposits:
    """The deposits of an installation; what arrives stands in `aside` until it is whole."""
    store = Store(values.places.entries, aside)
    store.prepare()
    return Deposits(store, ledger, make_proofs(values), values.section(DoorSettings))
