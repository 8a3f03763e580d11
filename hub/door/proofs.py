"""Who deposits is who signed in: the hub hands over the ticket, and the door verifies it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.door.errors import RefusedError
from policies.calendar import now
from policies.errors import DatalabError
from policies.names import WorkspaceName
from policies.proofs.keys import PublicKeys, read_public_keys
from policies.proofs.tickets import check_ticket
from policies.settings import TicketSettings, Values


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


def make_proofs(values: Values) -> Proofs:
    """The proofs of an installation."""
    return Proofs(lambda: read_public_keys(values.places.keys), values.section(TicketSettings).max_age, now)
