"""One file of a delivery, read whole: its rows, its schema, and the identifiers that the catalogue did not announce."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from onboarding.deliveries.cells import wrong_cells
from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.identifiers import CANDIDATES, SHORT_NIR, VERIFY, WORDS, announced
from onboarding.deliveries.package import Resource
from onboarding.deliveries.tables import Tell, read_batches
from onboarding.deliveries.tally import FIRST_ROWS, Fault, Tally, same
from policies.register.dataset import Column, Held

ENOUGH = 1000
"""So many of one kind in one column say enough: the rest of that column is not scanned for it."""
FEWEST_SHORT = 5


class Inspection:
    """Reads the batches of one file and keeps only counts."""

    def __init__(self, resource: Resource, columns: Mapping[str, Column]) -> None:
        self._resource = resource
        self._announced = {name: announced(column) for name, column in columns.items()}
        self._tally = Tally()
        self._short: dict[str, tuple[int, int]] = {}
        self._rows = 0

    def read(self, stream: BinaryIO, tell: Tell) -> dict[str, Any]:
        """Rows and problems, as plain values."""
        problems: list[str] = []
        try:
            for batch in read_batches(stream, self._resource, tell):
                self._look(batch)
        except DeliveryError as error:
            problems.append(str(error))
        except pa.ArrowException:
            problems.append("le schéma a une règle qui ne se lit pas, ou une valeur trop grande pour elle")
        if not self._rows and not problems:
            problems.append("le fichier n'a aucune ligne")
        return {"rows": self._rows, "problems": [*problems, *self._tally.sentences(), *self._suspected()]}

    def _look(self, batch: Any) -> None:
        for field, cells in zip(self._resource.table.fields, batch.columns, strict=True):
            for fault, mask in wrong_cells(field, cells):
                self._note(field.name, fault, mask)
            self._scan(field.name, cells)
        self._rows += batch.num_rows

    def _note(self, column: str, fault: Fault, mask: Any) -> None:
        count = pc.sum(mask).as_py() or 0
        if count:
            first = pc.indices_nonzero(mask)[:FIRST_ROWS].to_pylist()
            self._tally.add(column, fault, count, (self._rows + each + 1 for each in first))

    def _scan(self, column: str, cells: Any) -> None:
        if pa.types.is_integer(cells.type) or pa.types.is_decimal(cells.type):
            cells = cells.cast(pa.string())
        if not pa.types.is_string(cells.type):
            return
        for kind in CANDIDATES.keys() - self._announced[column]:
            if self._tally.count(column, _unannounced(kind)) < ENOUGH:
                self._verify(column, kind, cells)
        if "nir" not in self._announced[column]:
            self._count_short(column, cells)

    def _verify(self, column: str, kind: Held, cells: Any) -> None:
        places = pc.indices_nonzero(pc.match_substring_regex(cells, CANDIDATES[kind]))
        found = []
        for place in places.to_pylist():
            if VERIFY[kind](cells[place].as_py()):
                found.append(self._rows + place + 1)
                if len(found) >= ENOUGH:
                    break
        if found:
            self._tally.add(column, _unannounced(kind), len(found), found[:FIRST_ROWS])

    def _count_short(self, column: str, cells: Any) -> None:
        short, filled = self._short.get(column, (0, 0))
        more = pc.sum(pc.match_substring_regex(cells, SHORT_NIR)).as_py() or 0
        self._short[column] = (short + more, filled + len(cells) - cells.null_count)

    def _suspected(self) -> list[str]:
        return [
            f"colonne {column} : {short} valeurs sur {filled} ont la forme d'un NIR sans sa clé"
            for column, (short, filled) in self._short.items()
            if short >= FEWEST_SHORT and 2 * short > filled
        ]


def _unannounced(kind: Held) -> Fault:
    return same(f"avec {WORDS[kind]} que le catalogue n'annonce pas")


def inspect(resource: Resource, columns: Mapping[str, Column], stream: BinaryIO, tell: Tell) -> dict[str, Any]:
    """What a file holds: `rows`, and `problems` in French; of any size, in constant memory."""
    return Inspection(resource, columns).read(stream, tell)
