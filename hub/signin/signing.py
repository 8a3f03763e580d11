"""The signing key, and the two things that it signs: tickets and approvals."""

from __future__ import annotations

import base64
from datetime import date, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from policies.directory.person import Person
from policies.errors import DatalabError
from policies.proofs.keys import key_id
from policies.proofs.statements import approval_statement, ticket_statement
from policies.proofs.tickets import Ticket
from policies.register.attested import Approval, Proof
from policies.settings import Places


def signing_key_file(places: Places) -> Path:
    """Where the private key is; only the sign-in's account may read it."""
    return places.state / "signin" / "signing.key"


class SigningKey:
    """A private key that never leaves this process, named by its public part."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        raw = private.public_key().public_bytes_raw()
        self.id = key_id(raw)
        self.public = base64.b64encode(raw).decode()

    def ticket(self, person: str, factors: tuple[str, ...], moment: datetime) -> Ticket:
        """Attest that a person showed these factors at this moment."""
        signature = self._sign(ticket_statement(person, factors, moment))
        return Ticket(person=person, factors=factors, signed_at=moment, key=self.id, signature=signature)

    def approval(self, person: Person, day: date, fingerprint: str) -> Approval:
        """Attest that a person, holding their roles of this moment, approves what has this fingerprint."""
        roles = tuple(sorted(person.roles))
        statement = approval_statement(person.id, person.organisation, roles, day, fingerprint)
        proof = Proof(key=self.id, organisation=person.organisation, roles=roles, signature=self._sign(statement))
        return Approval(person=person.id, day=day, proof=proof)

    def to_pem(self) -> bytes:
        """The private key as its file holds it."""
        return self._private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def _sign(self, statement: bytes) -> str:
        return base64.b64encode(self._private.sign(statement)).decode()


def parse_signing_key(pem: bytes) -> SigningKey:
    """The key in a PEM text; raises ValueError or TypeError on anything else."""
    private = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError("not an Ed25519 key")
    return SigningKey(private)


def read_signing_key(path: Path) -> SigningKey:
    """The key in a file that only its owner may read; raises DatalabError."""
    try:
        if path.stat().st_mode & 0o077:
            raise DatalabError(f"{path}: others may read the signing key; renew it, then chmod 600")
        return parse_signing_key(path.read_bytes())
    except OSError as error:
        raise DatalabError(f"{path}: cannot be read: {error.strerror}; run `python -m hub.signin.keys`") from None
    except (ValueError, TypeError) as error:
        raise DatalabError(f"{path}: holds no signing key ({type(error).__name__}); restore or renew it") from None
