"""A checkpoint is one signed line of canonical JSON, and nothing else reads as one."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from onboarding.keeper.checkpoint import GENESIS, ChainHead, Checkpoint, no_entry, parse_checkpoint, sign
from policies.files import fingerprint
from policies.journal.entry import genesis
from policies.proofs.keys import is_signed
from tests.support.signing import make_key

KEY = make_key(9)
HEADS = {"guard": ChainHead(n=3, fingerprint="a" * 64, size=700), "hub": no_entry("hub")}
MOMENT = "2026-03-01T08:00:00.000001Z"


def made(last: Checkpoint | None = None) -> Checkpoint:
    return sign(KEY, last, MOMENT, HEADS, {"hub": "broken"})


def test_a_first_checkpoint_begins_the_chain_and_a_second_follows_it() -> None:
    first = made()
    second = made(first)
    assert (first.n, first.previous, second.n, second.previous) == (1, GENESIS, 2, fingerprint(first.line))
    assert fingerprint(b"datalab checkpoints") == GENESIS


def test_the_signature_is_the_last_key_and_signs_all_that_stands_before_it() -> None:
    line = made().line
    values = json.loads(line)
    assert list(values)[-1] == "signature"
    signature = values.pop("signature")
    statement = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(KEY.public))
    public.verify(base64.b64decode(signature), statement)
    assert statement == made().statement
    assert b'"purpose":"checkpoint"' in statement


def test_it_reads_back() -> None:
    assert parse_checkpoint(made().line) == made()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"n":1,', b'"n": 1,'),
        (b'"n":1,', b'"n":1.0,'),
        (b'"n":1,', b'"n":0,'),
        (b'"n":1,', b'"n":1,"n":1,'),
        (b'"purpose":"checkpoint"', b'"purpose":"ticket"'),
        (b'"purpose":"checkpoint",', b""),
        (b'"hub":"broken"', b'"hub":"fine"'),
        (b"}\n", b"}"),
        (b"}\n", b'},"more":1}\n'),
        (b"Z", b"+00:00"),
        (b"aaaa", b"AAAA"),
    ],
)
def test_what_is_written_otherwise_is_none(old: bytes, new: bytes) -> None:
    line = made().line
    assert old in line
    assert parse_checkpoint(line.replace(old, new, 1)) is None


@pytest.mark.parametrize("raw", [b"", b"\n", b"{}\n", b"[]\n", b"null\n", b"\xff\n", b'{"n":1}\n'])
def test_anything_else_is_none(raw: bytes) -> None:
    assert parse_checkpoint(raw) is None


def test_a_signature_counts_for_its_own_checkpoint_alone() -> None:
    first, second = made(), made(made())
    assert is_signed(KEY.public, first.statement, first.signature)
    assert not is_signed(KEY.public, second.statement, first.signature)


def test_before_its_first_entry_a_chain_has_the_head_of_its_account() -> None:
    assert no_entry("hub") == ChainHead(n=0, fingerprint=genesis("hub"), size=0)
