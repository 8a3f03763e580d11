"""A CSV or Parquet file as batches of columns, in constant memory; no value of it is in what is said of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.package import Resource

BLOCK = 1024 * 1024
ROWS = 65_536
LARGEST_ROW_GROUP = 1024**3
Tell = Callable[[int], None]
_ROW = re.compile(r"Row #(\d+)")


def read_batches(stream: BinaryIO, resource: Resource, tell: Tell) -> Iterator[Any]:
    """The batches of a file, with the columns of its schema; raises DeliveryError.

    `tell` hears how many bytes of the file were read so far.
    """
    try:
        yield from (_parquet if resource.is_parquet else _csv)(stream, resource, tell)
    except (pa.ArrowException, OSError) as error:
        raise DeliveryError(_said(resource, str(error))) from None


def _said(resource: Resource, error: str) -> str:
    """What Arrow says repeats cells: only the row's number is kept of it."""
    found = _ROW.search(error)
    where = f" : la ligne {found.group(1)} ne se lit pas" if found else ""
    if resource.is_parquet:
        return "ce n'est pas un fichier Parquet lisible"
    if "straddling" in error:
        return "une ligne dépasse 1 Mio, ou un guillemet n'est pas refermé"
    if "UTF8" in error or "utf-8" in error.lower():
        return f"ce n'est pas du texte en UTF-8{where}"
    return f"ce n'est pas un tableau CSV séparé par « {resource.dialect.delimiter} »{where}"


def _csv(stream: BinaryIO, resource: Resource, tell: Tell) -> Iterator[Any]:
    names, missing = resource.table.names, list(resource.table.missing)
    reader = pyarrow.csv.open_csv(
        stream,
        pyarrow.csv.ReadOptions(use_threads=False, block_size=BLOCK),
        pyarrow.csv.ParseOptions(delimiter=resource.dialect.delimiter, newlines_in_values=True),
        pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=missing
        ),
    )
    check_names(reader.schema.names, names)
    for batch in reader:
        tell(stream.tell())
        yield batch


def check_names(found: list[str], wanted: list[str]) -> None:
    """Raises DeliveryError when a file's columns are not those of its schema, in order."""
    if found != wanted:
        raise DeliveryError(f"le fichier n'a pas les colonnes de son schéma, dans l'ordre : {', '.join(wanted)}")


_KINDS: dict[str, tuple[Callable[[Any], bool], ...]] = {
    "string": (pa.types.is_string, pa.types.is_large_string),
    "integer": (pa.types.is_integer,),
    "year": (pa.types.is_integer,),
    "number": (pa.types.is_floating, pa.types.is_decimal, pa.types.is_integer),
    "boolean": (pa.types.is_boolean,),
    "date": (pa.types.is_date,),
    "datetime": (pa.types.is_timestamp,),
}


def _parquet(stream: BinaryIO, resource: Resource, tell: Tell) -> Iterator[Any]:
    file = pyarrow.parquet.ParquetFile(stream, pre_buffer=False)
    groups = [file.metadata.row_group(n).total_byte_size for n in range(file.metadata.num_row_groups)]
    if groups and max(groups) > LARGEST_ROW_GROUP:
        raise DeliveryError("un groupe de lignes dépasse 1 Gio ; écrivez le fichier avec des groupes plus petits")
    _check_kinds(file.schema_arrow, resource)
    for number, size in enumerate(groups):
        for batch in file.iter_batches(batch_size=ROWS, row_groups=[number], use_threads=False):
            yield _flat(batch)
        tell(resource.size * sum(groups[: number + 1]) // max(sum(groups), size, 1))


def _value_type(kind: Any) -> Any:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _check_kinds(schema: Any, resource: Resource) -> None:
    check_names(schema.names, resource.table.names)
    for column, field in zip(schema, resource.table.fields, strict=True):
        if not any(holds(_value_type(column.type)) for holds in _KINDS[field.type]):
            raise DeliveryError(f"colonne {field.name} : le fichier la dit {column.type}, son schéma {field.type}")


def _flat(batch: Any) -> Any:
    """Categories and long texts as plain text."""
    columns = []
    for column in batch.columns:
        kind = _value_type(column.type)
        wanted = pa.string() if pa.types.is_large_string(kind) else kind
        columns.append(column if column.type == wanted else column.cast(wanted))
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)
