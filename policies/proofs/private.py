"""A private key: a file that its owner alone reads, and its public part among the keys that verify."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from policies.errors import DatalabError
from policies.files import write_atomic
from policies.proofs.keys import PublicKey, PublicKeys, Purpose, key_id, read_public_keys


class PrivateKey:
    """A private key that never leaves its process, named by its public part."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        raw = private.public_key().public_bytes_raw()
        self.id = key_id(raw)
        self.public = base64.b64encode(raw).decode()

    def sign(self, statement: bytes) -> str:
        """The signature of a statement, in base64; statements hold their purpose."""
        return base64.b64encode(self._private.sign(statement)).decode()

    def to_pem(self) -> bytes:
        """The private key as its file holds it."""
        return self._private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


Key = TypeVar("Key", bound=PrivateKey)


def parse_private_key(pem: bytes, kind: type[Key]) -> Key:
    """The key in a PEM text; raises ValueError or TypeError on anything else."""
    private = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError("not an Ed25519 key")
    return kind(private)


def read_private_key(path: Path, kind: type[Key], made_by: str) -> Key:
    """The key in a file that only its owner may read; raises DatalabError naming the command that makes it."""
    try:
        if path.stat().st_mode & 0o077:
            raise DatalabError(f"{path}: others may read the signing key; renew it, then chmod 600")
        return parse_private_key(path.read_bytes(), kind)
    except OSError as error:
        raise DatalabError(f"{path}: cannot be read: {error.strerror}; run `python -m {made_by}`") from None
    except (ValueError, TypeError) as error:
        raise DatalabError(f"{path}: holds no signing key ({type(error).__name__}); restore or renew it") from None


def ensure_private_key(path: Path, kind: type[Key], made_by: str, renew: bool = False) -> Key:
    """The key in a file, made when there is none or when it is to be renewed."""
    if renew or not path.exists():
        write_atomic(path, kind(Ed25519PrivateKey.generate()).to_pem(), 0o600)
    return read_private_key(path, kind, made_by)


def ensure_published(path: Path, key: PrivateKey, purpose: Purpose, day: date) -> None:
    """The public part is in the file of public keys, for its purpose alone."""
    known = read_public_keys(path) if path.exists() else PublicKeys(keys=())
    published = publish(known, key, purpose, day)
    if published != known:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, published.content, 0o644)


def publish(known: PublicKeys, key: PrivateKey, purpose: Purpose, day: date) -> PublicKeys:
    """The public keys in which this one is the only one that signs for its purpose from this day on."""
    if any(each.id == key.id for each in known.keys):
        return known
    kept = [_ended(each, day) if each.purpose == purpose else each for each in known.keys]
    listed = {"id": key.id, "public": key.public, "purpose": purpose, "from": day}
    return PublicKeys(keys=(*kept, PublicKey.model_validate(listed)))


def _ended(key: PublicKey, day: date) -> PublicKey:
    return key if key.until is not None else key.model_copy(update={"until": max(day, key.from_)})
