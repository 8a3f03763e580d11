"""Table Schema, as far as a delivery is checked by it: what is not understood is refused, never passed over.

Descriptive keys (title, description, example, rdfType...) are read past. https://datapackage.org/standard/table-schema/
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from policies.files import Closed

FieldType = Literal["string", "integer", "number", "boolean", "date", "datetime", "year"]
COUNTED = frozenset({"integer", "number", "year"})
DATED = frozenset({"date", "datetime"})


class Described(BaseModel):
    """What a producer wrote: keys that only describe are read past."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Constraints(Closed):
    """What the cells of a column are held to; `unique` is not, because it takes all cells in memory."""

    required: bool = False
    unique: bool = False
    minimum: int | float | str | None = None
    maximum: int | float | str | None = None
    shortest: int | None = Field(default=None, alias="minLength", ge=0)
    longest: int | None = Field(default=None, alias="maxLength", ge=0)
    pattern: str | None = None
    enum: tuple[int | float | str | bool, ...] = ()


class TableField(Described):
    """One column: its name, its type, what its cells are held to."""

    name: str = Field(min_length=1)
    type: FieldType = "string"
    format: str = "default"
    decimal: Literal[".", ","] = Field(default=".", alias="decimalChar")
    constraints: Constraints = Constraints()
    group: Any = Field(default=None, alias="groupChar")
    bare: Any = Field(default=None, alias="bareNumber")
    true: Any = Field(default=None, alias="trueValues")
    false: Any = Field(default=None, alias="falseValues")
    missing: Any = Field(default=None, alias="missingValues")

    @model_validator(mode="after")
    def _nothing_unread(self) -> TableField:
        if any(each is not None for each in (self.group, self.bare, self.true, self.false, self.missing)):
            raise ValueError(
                "groupChar, bareNumber, trueValues, falseValues et missingValues d'une colonne ne sont pas lus ; "
                "écrivez les valeurs sous leur forme ordinaire"
            )
        return self

    @model_validator(mode="after")
    def _makes_sense(self) -> TableField:
        if self.type != "string" and self.format != "default":
            raise ValueError(f"format {self.format} : seul « default » est lu pour le type {self.type}")
        if self.type != "string" and (self.constraints.pattern or self.has_lengths):
            raise ValueError(f"pattern, minLength et maxLength ne s'appliquent pas au type {self.type}")
        for bound in (self.constraints.minimum, self.constraints.maximum):
            if bound is not None and not self._is_bound(bound):
                raise ValueError(f"{bound!r} n'est pas une borne pour le type {self.type}")
        return self

    @property
    def has_lengths(self) -> bool:
        """Whether the length of cells is bounded."""
        return self.constraints.shortest is not None or self.constraints.longest is not None

    def _is_bound(self, bound: object) -> bool:
        if self.type in COUNTED:
            return isinstance(bound, int | float) and not isinstance(bound, bool)
        return self.type in DATED and isinstance(bound, str) and is_moment(self.type, bound)


class TableSchema(Described):
    """The columns of a file, in order; `missing` are the texts that stand for no value in a CSV file."""

    fields: tuple[TableField, ...]
    missing: tuple[str, ...] = Field(default=("",), alias="missingValues")
    primary: Any = Field(default=None, alias="primaryKey")
    unique: Any = Field(default=None, alias="uniqueKeys")
    foreign: Any = Field(default=None, alias="foreignKeys")

    @model_validator(mode="after")
    def _names_differ(self) -> TableSchema:
        if not self.fields:
            raise ValueError("fields : aucune colonne")
        if len(set(self.names)) != len(self.fields):
            raise ValueError("deux colonnes ont le même nom")
        return self

    @property
    def unchecked(self) -> list[str]:
        """The keys of the schema that are not checked."""
        keys = {"primaryKey": self.primary, "uniqueKeys": self.unique, "foreignKeys": self.foreign}
        return [key for key, value in keys.items() if value]

    @property
    def names(self) -> list[str]:
        """The columns' names, in order."""
        return [field.name for field in self.fields]


_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?")


def is_moment(kind: str, text: str) -> bool:
    """Whether a text is a day (`date`) or a moment (`datetime`) of ISO 8601 that the calendar has."""
    try:
        if kind == "date":
            return bool(_DAY.fullmatch(text) and date.fromisoformat(text))
        return bool(_MOMENT.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False
