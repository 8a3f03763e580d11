"""A checkpoint says where the chain of every account ended at one moment, signed. Pure.

Checkpoints are a chain themselves: each holds the SHA-256 of the line before it. A line is canonical
JSON; `signature` is its last key, and what is signed is the same JSON without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, ValidationError

from policies.files import Closed, canonical_json, fingerprint
from policies.journal.entry import genesis
from policies.proofs.private import PrivateKey

FINGERPRINT = r"^[0-9a-f]{64}$"
MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"
GENESIS = fingerprint(b"datalab checkpoints")
"""What the first checkpoint holds as `previous`."""

Trouble = Literal["broken", "gone", "unreadable"]


class ChainHead(Closed):
    """Where one chain ends: its last entry's number and fingerprint, and its size in bytes."""

    n: int = Field(ge=0)
    fingerprint: str = Field(pattern=FINGERPRINT)
    size: int = Field(ge=0)


def no_entry(account: str) -> ChainHead:
    """The head of a chain before its first entry."""
    return ChainHead(n=0, fingerprint=genesis(account), size=0)


class Checkpoint(Closed):
    """One signed line. `alarms`: accounts whose chain did not go on from its head, which then stays."""

    n: int = Field(ge=1)
    moment: str = Field(pattern=MOMENT)
    heads: dict[str, ChainHead]
    alarms: dict[str, Trouble]
    previous: str = Field(pattern=FINGERPRINT)
    purpose: Literal["checkpoint"] = "checkpoint"
    key: str
    signature: str

    @property
    def statement(self) -> bytes:
        """What is signed: all but the signature."""
        return canonical_json(self.model_dump(mode="json", exclude={"signature"}))

    @property
    def line(self) -> bytes:
        """The line of the file."""
        return canonical_json(self.model_dump(mode="json")) + b"\n"

    @property
    def fingerprint(self) -> str:
        """What the next checkpoint holds as `previous`."""
        return fingerprint(self.line)


def sign(
    key: PrivateKey,
    last: Checkpoint | None,
    moment: str,
    heads: Mapping[str, ChainHead],
    alarms: Mapping[str, Trouble],
) -> Checkpoint:
    """The checkpoint that follows the last one."""
    unsigned = Checkpoint(
        n=last.n + 1 if last else 1,
        moment=moment,
        heads=dict(heads),
        alarms=dict(alarms),
        previous=last.fingerprint if last else GENESIS,
        key=key.id,
        signature="",
    )
    return unsigned.model_copy(update={"signature": key.sign(unsigned.statement)})


def parse_checkpoint(raw: bytes) -> Checkpoint | None:
    """The checkpoint that a whole line holds; None when it is not exactly what `Checkpoint.line` writes."""
    try:
        found = Checkpoint.model_validate_json(raw, strict=True)
    except ValidationError:
        return None
    return found if found.line == raw else None
