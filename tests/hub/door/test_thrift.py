"""Thrift's compact protocol is read whole or refused, and never beyond its bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.door.thrift import DEEPEST, Reader, Struct


def read(content: bytes, most: int = 1000) -> tuple[Struct, int]:
    reader = Reader(content, most)
    return reader.struct(), reader.position


KNOWN: dict[str, tuple[bytes, Struct]] = {
    "nothing": (b"\0", {}),
    "numbers, positive and negative": (b"\x15\x04\x16\x03\0", {1: 2, 2: -2}),
    "a long number": (b"\x16\xfe\xff\xff\xff\x1f\0", {1: 0xFFFFFFFF}),
    "a field far on": (b"\x05\xc8\x01\x02\0", {100: 1}),
    "a field after a gap": (b"\x15\x02\x35\x04\0", {1: 1, 4: 2}),
    "true and false": (b"\x11\x12\0", {1: True, 2: False}),
    "a byte and a double": (b"\x13\x07\x17ABCDEFGH\0", {1: 7, 2: b"ABCDEFGH"}),
    "bytes": (b"\x18\x03abc\0", {1: b"abc"}),
    "a struct within": (b"\x1c\x15\x02\0\0", {1: {1: 1}}),
    "a list of numbers": (b"\x19\x25\x02\x04\0", {1: [1, 2]}),
    "a list of truths": (b"\x19\x21\x01\x02\0", {1: [True, False]}),
    "a list of structs": (b"\x19\x2c\x15\x02\0\x15\x04\0\0", {1: [{1: 1}, {1: 2}]}),
    "a list of sixteen": (b"\x19\xf3\x10" + bytes(16) + b"\0", {1: [0] * 16}),
    "a set": (b"\x1a\x15\x02\0", {1: [1]}),
}


@pytest.mark.parametrize("what", KNOWN)
def test_a_struct_is_read_to_its_end_and_no_further(what: str) -> None:
    content, found = KNOWN[what]
    assert read(content + b"more") == (found, len(content))


REFUSED: dict[str, bytes] = {
    "no end": b"\x15\x02",
    "nothing at all": b"",
    "bytes that are not there": b"\x18\x7fabc\0",
    "a list longer than what follows": b"\x19\xf5\xff\xff\xff\x7f\0",
    "a number without end": b"\x15" + b"\xff" * 20,
    "a map": b"\x1b\x00\0",
    "a kind that there is not": b"\x1e\0",
    "a field twice": b"\x15\x02\x05\x02\x02\0",
    "structs within each other without end": b"\x1c" * 1000,
    "lists within each other without end": b"\x19" + b"\x19" * 1000,
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_written_out_whole_is_refused(what: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(REFUSED[what])


@pytest.mark.parametrize("content", [b"\x19\xf3\x64" + bytes(100) + b"\0", b"\x15\x02" * 101 + b"\0"])
def test_no_more_values_are_read_than_was_said(content: bytes) -> None:
    read(content, 200)
    with pytest.raises(ValueError, match="too many"):
        read(content, 100)


def test_structs_are_within_each_other_as_deep_as_parquet_needs() -> None:
    nested = b"\x1c" * DEEPEST + b"\0" * (DEEPEST + 1)
    assert read(nested)[1] == len(nested)
    with pytest.raises(ValueError, match="deep"):
        read(b"\x1c" + nested + b"\0")


@given(st.binary(max_size=300))
def test_whatever_it_is_given_it_reads_or_refuses(content: bytes) -> None:
    try:
        _, position = read(content)
    except ValueError:
        return
    assert 0 < position <= len(content)
