"""What a line of the journal is, and what may stand in a payload."""

from __future__ import annotations

import hashlib
import json
import math
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from policies.journal.entry import (
    CLASSES,
    JOURNAL_CLASS,
    KINDS,
    LARGEST_PAYLOAD,
    PURGED_CLASSES,
    Entry,
    PayloadError,
    UnknownKindError,
    parse_line,
    seal,
    written_moment,
)

SALT = bytes(32)
ENTRY = Entry(3, "2026-03-01T08:00:00.000001Z", "start", "access", "a" * 64, "b" * 64)


def test_a_line_is_canonical_json_and_reads_back() -> None:
    line = ENTRY.line()
    assert json.loads(line) == {
        "n": 3,
        "moment": "2026-03-01T08:00:00.000001Z",
        "kind": "start",
        "class": "access",
        "commitment": "a" * 64,
        "previous": "b" * 64,
    }
    assert line == json.dumps(json.loads(line), sort_keys=True, separators=(",", ":")).encode() + b"\n"
    assert parse_line(line) == ENTRY


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        ENTRY.line()[:-1],
        ENTRY.line() + b"\n",
        b" " + ENTRY.line(),
        ENTRY.line().replace(b'"n":3', b'"n":03'),
        ENTRY.line().replace(b'"n":3', b'"n":0'),
        ENTRY.line().replace(b'"n":3', b'"n":3,"more":1'),
        ENTRY.line().replace(b"aaaa", b"AAAA"),
        ENTRY.line().replace(b"Z", b"+00:00"),
    ],
)
def test_anything_else_is_no_line(raw: bytes) -> None:
    assert parse_line(raw) is None


def test_every_kind_has_one_of_the_classes() -> None:
    assert {"access", "exchange", "security", "register", "operations", "consultation", "journal"} == CLASSES
    assert all(kind.replace("_", "").isalpha() and kind == kind.lower() for kind in KINDS)


def test_what_enters_and_leaves_is_kept_apart_because_another_law_says_how_long() -> None:
    assert sorted(kind for kind, class_ in KINDS.items() if class_ == "exchange") == [
        "delivery",
        "deposit_removed",
        "file_in",
        "file_in_outcome",
        "file_out",
    ]


def test_what_ends_or_announces_an_access_is_kept_with_it() -> None:
    assert {KINDS[kind] for kind in ("decision", "start", "stop", "enforcement", "notice", "requalification")} == {
        "access"
    }


def test_what_the_journal_says_of_itself_is_the_one_class_that_is_never_purged() -> None:
    assert (CLASSES - PURGED_CLASSES, sorted(k for k, c in KINDS.items() if c == JOURNAL_CLASS)) == (
        {"journal"},
        ["journal_broken", "journal_repaired", "payloads_purged"],
    )


def test_a_payload_is_committed_to_with_its_salt() -> None:
    sealed = seal("start", {"workspace": "p7f3k2--aides", "parts": ("a/b",)}, SALT)
    payload = b'{"parts":["a/b"],"workspace":"p7f3k2--aides"}'
    assert sealed.record(7) == b'{"n":7,"payload":%b,"salt":"%b"}\n' % (payload, b"00" * 32)
    assert sealed.commitment == hashlib.sha256(SALT + payload).hexdigest()
    assert sealed.class_ == "access"


def test_an_unknown_kind_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownKindError, match="did you mean sign_in?"):
        seal("signin", {}, SALT)


def nested(depth: int) -> dict[str, Any]:
    return {"in": nested(depth - 1)} if depth else {}


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ({"password": "x"}, "password may not be journaled"),
        ({"of": [{"Login": "x"}]}, "Login may not be journaled"),
        ({"token": None}, "token may not be journaled"),
        ({"ticket": "x"}, "ticket may not be journaled"),
        ({"day": date(2026, 1, 1)}, "date is not plain JSON"),
        ({"bytes": b"x"}, "bytes is not plain JSON"),
        ({"set": {1}}, "set is not plain JSON"),
        ({1: "x"}, "not text"),
        ({"number": math.nan}, "give plain JSON"),
        ({"text": "\ud800"}, "give plain JSON"),
        ({"text": "x" * LARGEST_PAYLOAD}, "give a summary"),
        (nested(12), "nested deeper"),
    ],
)
def test_a_payload_is_plain_json_without_secrets(payload: dict[str, Any], why: str) -> None:
    with pytest.raises(PayloadError, match=why):
        seal("start", payload, SALT)


def test_moments_are_written_in_utc_to_the_microsecond() -> None:
    summer = timezone(timedelta(hours=2))
    assert written_moment(datetime(2026, 7, 1, 0, 30, tzinfo=summer)) == "2026-06-30T22:30:00.000000Z"
