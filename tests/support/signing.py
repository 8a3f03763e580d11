"""A signing key for tests, and the public keys that verify it."""

from __future__ import annotations

from datetime import date

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.signin.signing import SigningKey
from policies.proofs.keys import PublicKey, PublicKeys

FIRST_DAY = date(2026, 1, 1)


def make_key(seed: int = 1) -> SigningKey:
    """The same key for the same seed, so that whole texts can be compared."""
    return SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def published(*keys: SigningKey, since: date = FIRST_DAY, until: date | None = None) -> PublicKeys:
    """These keys as `public.json` lists them, all with the same days."""
    return PublicKeys(
        keys=tuple(
            PublicKey.model_validate({"id": key.id, "public": key.public, "from": since, "until": until})
            for key in keys
        )
    )
