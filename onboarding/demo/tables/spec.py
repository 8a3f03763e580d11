"""A table of the demo: where it goes, what its columns mean, how it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from onboarding.demo.tables.world import World


@dataclass(frozen=True)
class Spec:
    """One part of a dataset; `make` gives its columns, in the order of `meanings`."""

    dataset: str
    part: str
    meanings: Mapping[str, str]
    make: Callable[[World], Mapping[str, object]]

    @property
    def id(self) -> str:
        """`dataset/part`, as titles write it."""
        return f"{self.dataset}/{self.part}"

    def table(self, world: World) -> pa.Table:
        """The rows; a column without a meaning, or the other way round, is a KeyError."""
        columns = dict(self.make(world))
        ordered = {name: columns.pop(name) for name in self.meanings}
        if columns:
            raise KeyError(f"{self.id}: columns without a meaning: {', '.join(columns)}")
        return pa.table(ordered)


def type_name(kind: pa.DataType) -> str:
    """The type of a column as a catalogue says it, in French."""
    if pa.types.is_dictionary(kind):
        return "catégorie"
    names = {"string": "texte", "bool": "booléen", "double": "décimal", "date32[day]": "date"}
    return names.get(str(kind), "entier" if pa.types.is_integer(kind) else str(kind))
