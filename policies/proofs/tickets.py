"""A ticket says that a person has just signed in; it is one printable text, and ages."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError

from policies.calendar import paris_day
from policies.files import Closed, canonical_json
from policies.names import PersonId
from policies.proofs.keys import ProofError, PublicKeys
from policies.proofs.statements import ticket_statement, written_moment

LONGEST_TEXT = 2000
# what the sign-in process can attest: the word of a password, and that of a code beside it
PASSWORD_ALONE = ("password",)
EVERY_FACTOR = ("password", "totp")


def _with_zone(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment


Moment = Annotated[datetime, AfterValidator(_with_zone)]


class Ticket(Closed):
    """Who showed which factors when; `signature` is Ed25519 in base64, by the key with id `key`."""

    person: PersonId
    factors: tuple[str, ...] = Field(min_length=1)
    signed_at: Moment
    key: str
    signature: str


def encode(ticket: Ticket) -> str:
    """A ticket as one text that fits in a header, a label or an environment variable."""
    values = ticket.model_dump(mode="json") | {"signed_at": written_moment(ticket.signed_at)}
    return base64.urlsafe_b64encode(canonical_json(values)).decode().rstrip("=")


def decode(text: str) -> Ticket:
    """The ticket that a text stands for, in the one form that `encode` gives; verifies nothing more.

    Raises ProofError, without the text.
    """
    refused = ProofError("Ce ticket de connexion n'est pas lisible. Reconnectez-vous.")
    if len(text) > LONGEST_TEXT or not text.isascii():
        raise refused
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        ticket = Ticket.model_validate_json(raw, strict=True)
    except (binascii.Error, ValidationError):
        raise refused from None
    if encode(ticket) != text:
        raise refused
    return ticket


def check_ticket(text: str, keys: PublicKeys, now: datetime, max_age: timedelta) -> Ticket:
    """The ticket of a text, if the sign-in process signed it, not in the future, at most `max_age` ago."""
    ticket = decode(text)
    message = ticket_statement(ticket.person, ticket.factors, ticket.signed_at)
    keys.check(ticket.key, paris_day(ticket.signed_at), message, ticket.signature)
    if ticket.signed_at > now:
        raise ProofError("Ce ticket de connexion est daté dans le futur. Reconnectez-vous.")
    if now - ticket.signed_at > max_age:
        raise ProofError("Votre connexion est trop ancienne. Reconnectez-vous.")
    return ticket
