"""The signing key, and the two things that it signs: tickets and approvals."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from policies.directory.person import Person
from policies.proofs.private import PrivateKey, parse_private_key, read_private_key
from policies.proofs.statements import approval_statement, ticket_statement
from policies.proofs.tickets import Ticket
from policies.register.attested import Approval, Proof
from policies.settings import Places

MADE_BY = "hub.signin.keys"


def signing_key_file(places: Places) -> Path:
    """Where the private key is; only the sign-in's account may read it."""
    return places.state / "signin" / "signing.key"


class SigningKey(PrivateKey):
    """A private key that never leaves this process, named by its public part."""

    def ticket(self, person: str, factors: tuple[str, ...], moment: datetime) -> Ticket:
        """Attest that a person showed these factors at this moment."""
        signature = self.sign(ticket_statement(person, factors, moment))
        return Ticket(person=person, factors=factors, signed_at=moment, key=self.id, signature=signature)

    def approval(self, person: Person, day: date, fingerprint: str) -> Approval:
        """Attest that a person, holding their roles of this moment, approves what has this fingerprint."""
        roles = tuple(sorted(person.roles))
        statement = approval_statement(person.id, person.organisation, roles, day, fingerprint)
        proof = Proof(key=self.id, organisation=person.organisation, roles=roles, signature=self.sign(statement))
        return Approval(person=person.id, day=day, proof=proof)


def parse_signing_key(pem: bytes) -> SigningKey:
    """The key in a PEM text; raises ValueError or TypeError on anything else."""
    return parse_private_key(pem, SigningKey)


def read_signing_key(path: Path) -> SigningKey:
    """The key in a file that only its owner may read; raises DatalabError."""
    return read_private_key(path, SigningKey, MADE_BY)
