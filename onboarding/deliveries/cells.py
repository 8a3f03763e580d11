"""The cells of one batch against their column's schema, a whole column at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from onboarding.deliveries.table_schema import COUNTED, DATED, TableField, is_moment
from onboarding.deliveries.tally import Fault, same
from policies.wording import say_count

Wrong = Iterator[tuple[Fault, Any]]
"""A fault, and a mask of the cells that have it."""
_TEXTS = {
    "integer": r"^[+-]?[0-9]{1,38}$",
    "number": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$",
    "boolean": r"^(true|True|TRUE|1|false|False|FALSE|0)$",
    "year": r"^[0-9]{4}$",
}
UNSEEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"


def wrong_cells(field: TableField, cells: Any) -> Wrong:
    """What is wrong with the cells of a column: text of a CSV file, or values of a Parquet file."""
    if field.constraints.required:
        yield Fault("manquante", "manquantes"), pc.is_null(cells)
    if pa.types.is_string(cells.type):
        yield same("avec des caractères de contrôle"), pc.match_substring_regex(cells, UNSEEN)
        mistyped = _mistyped(field, cells)
        yield Fault(f"qui n'est pas du type {field.type}", f"qui ne sont pas du type {field.type}"), mistyped
        # what has no value of its type is told once
        cells = pc.if_else(mistyped, pa.scalar(None, pa.string()), cells)
    yield from _out_of_bounds(field, cells)
    yield from _unlisted(field, cells)


def _mistyped(field: TableField, cells: Any) -> Any:
    if field.type in DATED:
        known = cells.unique().drop_null().to_pylist()
        wrong = [each for each in known if not is_moment(field.type, each)]
        return pc.is_in(cells, pa.array(wrong, pa.string()))
    if field.type not in _TEXTS:
        return pc.is_in(cells, pa.array([], pa.string()))
    return pc.invert(pc.match_substring_regex(_plain(field, cells), _TEXTS[field.type]))


def _plain(field: TableField, cells: Any) -> Any:
    """Numbers with a decimal point."""
    if field.type != "number" or field.decimal == ".":
        return cells
    # a point where a comma is announced must not pass for one
    return pc.replace_substring(pc.replace_substring(cells, ".", "?"), ",", ".")


def _comparable(field: TableField, cells: Any) -> Any:
    if field.type in COUNTED:
        return pc.cast(_plain(field, cells) if pa.types.is_string(cells.type) else cells, pa.float64(), safe=False)
    return pc.cast(cells, pa.string())


def _out_of_bounds(field: TableField, cells: Any) -> Wrong:
    held = field.constraints
    if held.minimum is not None:
        yield same(f"en dessous de {held.minimum}"), pc.less(_comparable(field, cells), _bound(field, held.minimum))
    if held.maximum is not None:
        yield same(f"au-dessus de {held.maximum}"), pc.greater(_comparable(field, cells), _bound(field, held.maximum))
    if held.shortest is not None:
        yield (
            same(f"de moins de {say_count(held.shortest, 'caractère')}"),
            pc.less(pc.utf8_length(cells), held.shortest),
        )
    if held.longest is not None:
        yield (
            same(f"de plus de {say_count(held.longest, 'caractère')}"),
            pc.greater(pc.utf8_length(cells), held.longest),
        )


def _bound(field: TableField, bound: object) -> Any:
    return pa.scalar(float(str(bound))) if field.type in COUNTED else pa.scalar(str(bound))


def _unlisted(field: TableField, cells: Any) -> Wrong:
    held = field.constraints
    if held.pattern is not None:
        matching = pc.match_substring_regex(pc.cast(cells, pa.string()), f"^(?:{held.pattern})$")
        yield Fault("qui ne suit pas le motif du schéma", "qui ne suivent pas le motif du schéma"), pc.invert(matching)
    if held.enum:
        listed = pc.is_in(_comparable(field, cells), _listed(field))
        yield same("hors de la liste du schéma"), pc.and_(pc.invert(listed), pc.is_valid(cells))


def _listed(field: TableField) -> Any:
    if field.type in COUNTED:
        return pa.array([float(str(each)) for each in field.constraints.enum], pa.float64())
    texts = [str(each).lower() if isinstance(each, bool) else str(each) for each in field.constraints.enum]
    return pa.array(texts, pa.string())
