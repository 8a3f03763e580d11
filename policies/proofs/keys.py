"""The public keys, each with what it signs for and the days between which its signatures count."""

from __future__ import annotations

import base64
import binascii
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field, ValidationInfo, field_validator, model_validator

from policies.errors import DatalabError, InvalidFilesError, Problem
from policies.files import Closed, canonical_json, fingerprint, parse, read_text, strict_json
from policies.wording import say_day

Purpose = Literal["sign_in", "journal"]
"""What a key signs for: tickets and approvals, or checkpoints of the journal; never the other."""

KEY_BYTES = 32
SIGNATURE_BYTES = 64


class ProofError(DatalabError):
    """Raised when a ticket or an approval is not what the sign-in process signed; says why in French."""


def key_id(public: bytes) -> str:
    """A key's id follows from the key, so that no other key can stand under it."""
    return fingerprint(public)[:16]


class PublicKey(Closed):
    """One public key: raw bytes in base64; `until` is the last day on which it signed."""

    id: str
    public: str
    purpose: Purpose = "sign_in"
    from_: date = Field(alias="from")
    until: date | None = None

    @field_validator("public")
    @classmethod
    def _is_a_key(cls, value: str, info: ValidationInfo) -> str:
        raw = decode_base64(value, KEY_BYTES)
        if key_id(raw) != info.data.get("id"):
            raise ValueError(f"is not the key of this id; its id is {key_id(raw)}")
        return value

    def covers(self, day: date) -> bool:
        """Whether a signature of this day counts."""
        return self.from_ <= day and (self.until is None or day <= self.until)


class PublicKeys(Closed):
    """File `public.json`: every key that ever signed something that still counts."""

    keys: tuple[PublicKey, ...]

    @model_validator(mode="after")
    def _are_unique(self) -> PublicKeys:
        ids = [key.id for key in self.keys]
        if len(set(ids)) != len(ids):
            raise ValueError("the same key stands twice; keep one")
        return self

    @property
    def digest(self) -> str:
        """The fingerprint of all of them: what is judged with the same keys gives the same."""
        return fingerprint(self.content)

    @property
    def content(self) -> bytes:
        """The keys as the file and the archive hold them."""
        return canonical_json(self.model_dump(mode="json", by_alias=True))

    def signs(self, purpose: Purpose) -> tuple[PublicKey, ...]:
        """The keys that sign, or signed, for a purpose."""
        return tuple(key for key in self.keys if key.purpose == purpose)

    def check(self, key: str, day: date, message: bytes, signature: str, purpose: Purpose = "sign_in") -> None:
        """A signature counts when a key known here made it on one of the key's days; else ProofError."""
        found = self.of(key, day, purpose)
        if not is_signed(found.public, message, signature):
            raise ProofError("La signature ne correspond pas à ce qui est présenté.")

    def of(self, key: str, day: date, purpose: Purpose = "sign_in") -> PublicKey:
        """The key with this id, if it signs for this purpose and covers the day; raises ProofError."""
        for found in self.keys:
            if found.id == key:
                if found.purpose != purpose:
                    raise ProofError(f"La clé {key} ne signe pas cela.")
                if not found.covers(day):
                    raise ProofError(f"La clé de signature {key} ne vaut pas au {say_day(day)}.")
                return found
        raise ProofError("La clé de signature est inconnue de ce datalab.")


def is_signed(public: str, message: bytes, signature: str) -> bool:
    """Whether the key (base64) made this signature (base64) of the message."""
    try:
        _loaded(public).verify(decode_base64(signature, SIGNATURE_BYTES), message)
    except (InvalidSignature, ValueError):
        return False
    return True


@cache
def _loaded(public: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(decode_base64(public, KEY_BYTES))


def decode_base64(text: str, length: int) -> bytes:
    """The bytes that a text stands for in base64, in the one form that encoding gives; else ValueError."""
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != length or base64.b64encode(raw).decode() != text:
        raise ValueError(f"is not {length} bytes in base64")
    return raw


def read_public_keys(path: Path) -> PublicKeys:
    """The public keys in a file; raises InvalidFilesError with every problem."""
    return parse_public_keys(read_text(path), str(path))


def parse_public_keys(text: str, file: str) -> PublicKeys:
    """The public keys in a text; raises InvalidFilesError with every problem."""
    try:
        values = strict_json(text)
    except (ValueError, RecursionError) as error:
        raise InvalidFilesError([Problem(file, "", f"not JSON: {error}; restore it")]) from None
    return parse(PublicKeys, values, file)
