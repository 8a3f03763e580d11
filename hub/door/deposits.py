"""A deposit from its form to its folder: declared, bounded, known by its content, journaled, then there.

Who deposits is who signed in: the hub hands over the ticket, and the door verifies it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from hub.door.arriving import Arriving
from hub.door.errors import RefusedError
from hub.door.ledger import Ledger, Outcome
from hub.door.proofs import Proofs, make_proofs
from hub.door.readers import Readers
from hub.door.settings import MIB, DoorSettings
from hub.door.shares import Shares
from hub.door.store import Store
from policies.names import WorkspaceName
from policies.settings import Values

SHOWN_AS = "/entrees"


class Deposits:
    """What a person deposits, sees and removes."""

    def __init__(self, store: Store, ledger: Ledger, proofs: Proofs, readers: Readers, settings: DoorSettings) -> None:
        self._store = store
        self._ledger = ledger
        self._proofs = proofs
        self._readers = readers
        self._settings = settings
        self._turn = Lock()
        self._slots = Shares(settings.deposits_at_once, settings.deposits_at_once_per_person)

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
        await self._readers.run(partial(self._proofs.check, ticket, workspace))
        with self._slots.hold(workspace.person, 1), self._store.incoming() as incoming:
            arriving = Arriving(content_type, incoming, self._settings.largest_deposit_mib * MIB)
            async for part in parts:
                await self._readers.run(partial(arriving.form.feed, part))
            arriving.form.finish()
            return await self._readers.run(partial(self._keep, workspace, arriving), arriving.judge.read_at_once)

    def _keep(self, workspace: WorkspaceName, arrived: Arriving) -> dict[str, Any]:
        settings = self._settings
        known = {"path": f"{SHOWN_AS}/{arrived.name}"} | arrived.settle()
        with self._turn:  # two that arrive together do not share the room that is left for one
            self._store.check_free(workspace, arrived.name)
            self._store.check_room(workspace, arrived.incoming.size, settings.deposits_mib * MIB, settings.deposits)
            self._put(workspace, arrived, known)
        return known

    def _put(self, workspace: WorkspaceName, arrived: Arriving, known: dict[str, Any]) -> None:
        """Journaled, then there; what could not be put there has a second entry that says so."""
        entered, outcome = self._ledger.deposited(workspace, known), Outcome()
        try:
            self._store.keep(arrived.incoming, workspace, arrived.name)
            outcome.kept = True
        except RefusedError as refused:
            outcome.status = refused.status
            raise
        finally:
            self._ledger.ended(entered, outcome)


def make_deposits(values: Values, ledger: Ledger, readers: Readers, aside: Path) -> Deposits:
    """The deposits of an installation; what arrives stands in `aside` until it is whole."""
    store = Store(values.places.entries, aside)
    store.prepare()
    return Deposits(store, ledger, make_proofs(values), readers, values.section(DoorSettings))
