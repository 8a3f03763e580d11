"""Who signed in enters their own workspaces, with one browser each time: the front lets no other in.

The hub asks, and could not sign by itself: a hostile one enters the workspace of nobody who did not sign in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hub.signin.bodies import PassBody
from hub.signin.diary import Diary
from hub.signin.identity import Identity
from hub.signin.refusals import Refused, RefusedError
from hub.signin.signing import SigningKey
from policies.files import write_atomic
from policies.names import find_workspace_name
from policies.proofs.keys import KEY_BYTES, ProofError, PublicKeys, decode_base64, read_public_keys
from policies.proofs.tickets import Ticket, check_ticket
from policies.settings import Places, TicketSettings, Values

KEY_FILE = "pass.key"


@dataclass(frozen=True)
class Passes:
    """Signs passes for whoever shows a ticket that still counts."""

    key: SigningKey
    keys: Callable[[], PublicKeys]
    age: timedelta
    diary: Diary
    clock: Callable[[], datetime]

    def let_in(self, asked: PassBody) -> dict[str, Any]:
        """A pass that lasts as long as the ticket; raises RefusedError."""
        with self.diary.refusing("ticket_refused"):
            ticket = self._checked(asked.ticket)
            workspace = find_workspace_name(asked.workspace)
            if workspace is None or workspace.person != ticket.person:
                raise RefusedError(Refused.NOT_THEIRS, ticket.person)
        until = ticket.signed_at + self.age
        self.diary.note("entrance", {"person": ticket.person, "processing": workspace.processing})
        return {"pass": self.key.workspace_pass(workspace, asked.browser, until)}

    def _checked(self, text: str) -> Ticket:
        try:
            return check_ticket(text, self.keys(), self.clock(), self.age)
        except ProofError:
            raise RefusedError(Refused.TICKET_REFUSED) from None


def open_passes(values: Values, key: SigningKey, identity: Identity) -> Passes:
    """The passes of an installation, once the front knows which key signs them."""
    publish_pass_key(values.places, key)
    age = values.section(TicketSettings).max_age
    return Passes(key, partial(read_public_keys, values.places.keys), age, identity.diary, identity.clock)


def publish_pass_key(places: Places, key: SigningKey) -> None:
    """The front learns which key signs passes, in a folder that the hub cannot enter."""
    folder = places.run / "identity"
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    write_atomic(folder / KEY_FILE, pass_key(key), mode=0o640, durable=False)


def pass_key(key: SigningKey) -> bytes:
    """The public key as the front reads it: 32 bytes in hexadecimal."""
    return decode_base64(key.public, KEY_BYTES).hex().encode()
