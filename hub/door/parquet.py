"""A Parquet file known by its structure: its footer is read whole, and each column is page after page to its end.

What the pages hold is compressed and is not read: a column of bytes may hold anything, as a text may.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from hub.door.errors import RefusedError
from hub.door.thrift import Reader, Struct

MAGIC = b"PAR1"
TAIL = 8
LARGEST_FOOTER = 4 * 1024 * 1024
LARGEST_PAGE_HEAD = 32 * 1024
MOST_VALUES = 500_000
MOST_PAGES = 100_000
# by which old writers counted a column too short
MISCOUNTED = 100
NOT_PARQUET = (
    "Ce fichier .parquet n'en est pas un, ou il est abîmé, chiffré ou en plusieurs morceaux : enregistrez-le à nouveau."
)


@dataclass(frozen=True)
class Span:
    """Bytes of the file that the footer says are a column's."""

    start: int
    end: int


def check_parquet(stream: IO[bytes]) -> None:
    """Raises RefusedError unless this is one whole Parquet file."""
    try:
        _check(stream)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise RefusedError(415, NOT_PARQUET) from None


def _check(stream: IO[bytes]) -> None:
    """Any value that is missing, or of another kind than the format's, raises as Python does."""
    size = stream.seek(0, os.SEEK_END)
    footer, begins = _footer(stream, size)
    _check_counts(footer)
    spans = list(_spans(footer))
    claimed = sum(span.end - span.start for span in spans) + sum(_indexes(footer))
    if 2 * claimed < begins - len(MAGIC):
        raise ValueError("most of it is no column's")
    pages = 0
    for span in spans:
        if not len(MAGIC) <= span.start <= span.end <= begins:
            raise ValueError("a column that is elsewhere")
        pages = _check_pages(stream, span, begins, pages)


def _footer(stream: IO[bytes], size: int) -> tuple[Struct, int]:
    """The footer, and where it begins."""
    stream.seek(0)
    first = stream.read(len(MAGIC))
    stream.seek(max(0, size - TAIL))
    last = stream.read(TAIL)
    length = int.from_bytes(last[:4], "little")
    begins = size - TAIL - length
    if first != MAGIC or last[4:] != MAGIC or begins < len(MAGIC) or not 0 < length <= LARGEST_FOOTER:
        raise ValueError("no footer")
    stream.seek(begins)
    reader = Reader(stream.read(length), MOST_VALUES)
    footer = reader.struct()
    if reader.position != length:
        raise ValueError("more than a footer")
    return footer, begins


def _check_counts(footer: Struct) -> None:
    """Rows and columns are as many as the schema and the groups say; nothing is encrypted."""
    version, schema, rows, groups = (footer[number] for number in (1, 2, 3, 4))
    if version < 1 or rows < 0 or 8 in footer or sum(group[3] for group in groups) != rows:
        raise ValueError("other rows than it says")
    columns = _leaves(schema)
    if any(len(group[1]) != columns for group in groups):
        raise ValueError("other columns than it says")


def _leaves(schema: list[Struct]) -> int:
    """How many elements of a schema have no children; raises ValueError unless it is one tree."""
    awaited = 1
    for element in schema:
        if not isinstance(element[4], bytes) or awaited < 1:
            raise ValueError("no tree")
        awaited += element.get(5, 0) - 1
    if awaited:
        raise ValueError("no tree")
    return sum(not element.get(5) for element in schema[1:])


def _columns(footer: Struct) -> Iterator[Struct]:
    return (column for group in footer[4] for column in group[1])


def _spans(footer: Struct) -> Iterator[Span]:
    for column in _columns(footer):
        if 1 in column or 8 in column:
            raise ValueError("a column of another file, or encrypted")
        known = column[3]
        length = known[7]
        # of its data and its dictionary, the one that comes first; 0 where there is none
        start = min((each for each in (known[9], known.get(11, 0)) if each), default=len(MAGIC))
        if length < 0 or known[5] < 0:
            raise ValueError("less than nothing")
        yield Span(start, start + length)


def _indexes(footer: Struct) -> Iterator[int]:
    """The bytes of what stands beside the columns: indexes, filters."""
    for column in _columns(footer):
        yield from (max(0, each) for each in (column.get(5, 0), column.get(7, 0), column[3].get(15, 0)))


def _check_pages(stream: IO[bytes], span: Span, most: int, pages: int) -> int:
    """The span is page after page; how many that makes with those before."""
    position = span.start
    while position < span.end:
        pages += 1
        position += _page(stream, position)
        if pages > MOST_PAGES or position > min(span.end + MISCOUNTED, most):
            raise ValueError("pages that end elsewhere")
    return pages


def _page(stream: IO[bytes], position: int) -> int:
    """The bytes of a page, its head included."""
    stream.seek(position)
    reader = Reader(stream.read(LARGEST_PAGE_HEAD), MOST_VALUES)
    head: dict[int, Any] = reader.struct()
    if head[1] not in range(4) or head[2] < 0 or head[3] < 0:
        raise ValueError("no head of a page")
    return reader.position + int(head[3])
