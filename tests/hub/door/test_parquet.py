"""A Parquet file is known by its whole structure, not by its ends."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.door.errors import RefusedError
from hub.door.parquet import LARGEST_FOOTER, NOT_PARQUET, check_parquet
from tests.support.parquet import MAGIC, footer_of, parquet_file, with_footer

WHOLE = parquet_file()
FOOTER = footer_of(WHOLE)
BODY = WHOLE[: -8 - len(FOOTER)]

WRITTEN: dict[str, dict[str, Any]] = {
    "as pyarrow does": {},
    "no rows": {"rows": 0},
    "one row": {"rows": 1},
    "many groups": {"row_group_size": 50},
    "small pages": {"rows": 5000, "data_page_size": 256, "write_batch_size": 16},
    "pages of the second form": {"data_page_version": "2.0"},
    "zstd": {"compression": "zstd"},
    "gzip": {"compression": "gzip"},
    "uncompressed": {"compression": "none"},
    "no dictionary": {"use_dictionary": False},
    "no statistics": {"write_statistics": False},
    "indexes of pages": {"write_page_index": True, "rows": 20_000},
    "checksums of pages": {"write_page_checksum": True},
    "the first version": {"version": "1.0"},
    "numbers of one stream": {"use_dictionary": False, "column_encoding": {"nombre": "DELTA_BINARY_PACKED"}},
}


@pytest.mark.parametrize("how", WRITTEN)
def test_what_writers_write_is_accepted(how: str) -> None:
    check_parquet(io.BytesIO(parquet_file(**WRITTEN[how])))


def archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.txt", random.Random(1).randbytes(20_000))
    return stream.getvalue()


def number(value: int) -> bytes:
    """As thrift writes a small one that is signed."""
    return bytes([2 * value])


def fields(*kinds_and_values: tuple[int, bytes]) -> bytes:
    """A struct whose fields follow each other from the first."""
    return b"".join(bytes([0x10 | kind]) + value for kind, value in kinds_and_values) + b"\0"


# version 1, a schema of its root alone, no rows, no groups
EMPTY = fields((5, number(1)), (9, b"\x1c" + b"\x48\x01r\x00"), (6, number(0)), (9, b"\x0c"))
NESTED = b"\x1c" * 3000
AROUND: dict[str, bytes] = {
    "nothing": b"",
    "its marks alone": MAGIC + MAGIC,
    "an archive between its marks": MAGIC + archive() + (100).to_bytes(4, "little") + MAGIC,
    "text between its marks": MAGIC + b"a;b\n" * 100 + (20).to_bytes(4, "little") + MAGIC,
    "a program": b"\x7fELF" + WHOLE[4:],
    "its end cut off": WHOLE[:-1],
    "its beginning cut off": WHOLE[1:],
    "a part of it cut out": WHOLE[:500] + WHOLE[900:],
    "something put before its end": WHOLE[:-8] + b"x" + WHOLE[-8:],
    "something put before its footer": with_footer(BODY + archive() + BODY, FOOTER),
    "an archive in the place of its pages": with_footer((MAGIC + archive())[: len(BODY)], FOOTER),
    "zeros in the place of its pages": with_footer(MAGIC + bytes(len(BODY) - 4), FOOTER),
    "a footer of nothing": with_footer(BODY, b"\0"),
    "a footer of no length": BODY + bytes(4) + MAGIC,
    "a footer that is all of it": MAGIC + WHOLE[4:-8] + (len(WHOLE) - 8).to_bytes(4, "little") + MAGIC,
    "a footer longer than it": BODY + FOOTER + (2**31).to_bytes(4, "little") + MAGIC,
    "a footer with something behind it": with_footer(BODY, FOOTER + b"\0"),
    "a footer without its end": with_footer(BODY, FOOTER[:-1]),
    "a footer that claims nothing of what is there": with_footer(MAGIC + archive(), EMPTY),
    "a footer nested without end": with_footer(BODY, NESTED),
    "a footer of a list without end": with_footer(BODY, b"\x19\xfc" + b"\xff" * 9 + b"\x01"),
    "a footer of a number without end": with_footer(BODY, b"\x15" + b"\xff" * 40),
    "a footer larger than is read": with_footer(BODY, bytes(LARGEST_FOOTER + 1)),
    "a footer of more values than are read": with_footer(BODY, b"\x19\xf3\xff\xff\x7f" + b"x" * 2_097_151 + b"\0"),
    "a footer that says a field twice": with_footer(BODY, FOOTER[:-1] + b"\x05\x02\x02\0"),
    "a footer of another kind": with_footer(BODY, b"\x18" + bytes([4]) + b"abcd\0"),
}  # fmt: skip


@pytest.mark.parametrize("what", AROUND)
def test_its_marks_around_anything_else_are_not_enough(what: str) -> None:
    with pytest.raises(RefusedError) as refused:
        check_parquet(io.BytesIO(AROUND[what]))
    assert (refused.value.status, str(refused.value)) == (415, NOT_PARQUET)


def test_the_footer_that_claims_nothing_is_one_by_itself() -> None:
    """Without this one the case above could be refused for any reason."""
    check_parquet(io.BytesIO(with_footer(MAGIC, EMPTY)))


BROKEN: dict[str, Callable[[bytearray], None]] = {
    "a page's length": lambda content: content.__setitem__(slice(8, 12), b"\xff\xff\xff\xff"),
    "a page's kind": lambda content: content.__setitem__(slice(4, 6), b"\x15\x7e"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_page_that_leads_elsewhere_is_seen(what: str) -> None:
    content = bytearray(WHOLE)
    BROKEN[what](content)
    with pytest.raises(RefusedError):
        check_parquet(io.BytesIO(bytes(content)))


@given(st.integers(4, len(WHOLE) - 9), st.binary(min_size=1, max_size=60))
def test_whatever_is_written_over_it_is_accepted_or_refused_and_nothing_else(place: int, other: bytes) -> None:
    content = WHOLE[:place] + other + WHOLE[place + len(other) :]
    with suppress(RefusedError):
        check_parquet(io.BytesIO(content))


@given(st.binary(max_size=200))
def test_no_footer_of_chance_is_one(footer: bytes) -> None:
    with pytest.raises(RefusedError):
        check_parquet(io.BytesIO(with_footer(BODY, footer)))
