"""Parquet files as pyarrow writes them, and the same with something wrong."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

MAGIC = b"PAR1"


def table(rows: int = 1000) -> pa.Table:
    """Columns of each shape: numbers, words, lists, structs, nothing."""
    numbers = list(range(rows))
    return pa.table(
        {
            "nombre": numbers,
            "mot": [f"commune {number % 50}" for number in numbers],
            "long": ["é" * (number % 300) for number in numbers],
            "liste": [[number, number + 1] for number in numbers],
            "lieu": [{"x": number / 7, "y": None} for number in numbers],
            "rien": pa.nulls(rows, pa.string()),
        }
    )


def parquet_file(rows: int = 1000, **options: Any) -> bytes:
    """A file of that table."""
    stream = io.BytesIO()
    pq.write_table(table(rows), stream, **options)
    return stream.getvalue()


def footer_of(content: bytes) -> bytes:
    """The footer, without its length and mark."""
    length = int.from_bytes(content[-8:-4], "little")
    return content[-8 - length : -8]


def with_footer(body: bytes, footer: bytes) -> bytes:
    """A file of another body or footer, framed as it must be."""
    return body + footer + len(footer).to_bytes(4, "little") + MAGIC
