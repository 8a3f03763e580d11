"""A workspace is created only for someone who signed in themselves, not long ago. Pure.

The ticket is the sign-in process's signature; the hub carries it and cannot make one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from hub.guard.errors import TicketRefusedError
from hub.guard.judging.asked import Asked
from policies.proofs.keys import ProofError, PublicKeys
from policies.proofs.tickets import Ticket, check_ticket


def check_signed_in(asked: Asked, keys: PublicKeys, now: datetime, max_age: timedelta) -> Ticket:
    """The ticket of the person whose workspace is asked for; raises TicketRefusedError."""
    try:
        ticket = check_ticket(asked.ticket, keys, now, max_age)
    except ProofError as error:
        raise TicketRefusedError(f"Connectez-vous à nouveau : {error}") from None
    if ticket.person != asked.name.person:
        raise TicketRefusedError("Demande refusée : la connexion est celle d'une autre personne.")
    return ticket
