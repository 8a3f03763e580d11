"""What a producer says of a delivery: a Data Package, one resource per file, with fingerprint and schema. Pure.

A file's folder is the part that it is for: `p2024/menages.parquet`. https://datapackage.org/standard/data-package/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field, model_validator

from onboarding.deliveries.settings import GIB, DeliverySettings
from onboarding.deliveries.table_schema import Described, TableSchema
from policies.errors import InvalidFilesError, Problem
from policies.files import parse, strict_json
from policies.names import check_slug
from policies.register.dataset import Dataset, Part
from policies.wording import say_count

DESCRIPTOR = "datapackage.json"
PATH = r"^[a-z][a-z0-9-]{2,29}/[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.(csv|parquet)$"
MOST_FILES = 1000
# how the catalogue names a type -> the types of Table Schema that it may be
TYPES: Mapping[str, frozenset[str]] = {
    "texte": frozenset({"string"}),
    "catégorie": frozenset({"string"}),
    "entier": frozenset({"integer", "year"}),
    "décimal": frozenset({"number"}),
    "booléen": frozenset({"boolean"}),
    "date": frozenset({"date"}),
    "horodatage": frozenset({"datetime"}),
}


class Dialect(Described):
    """How a CSV file is written: a header, double quotes, one of four delimiters."""

    delimiter: Literal[",", ";", "\t", "|"] = ","
    quote: Literal['"'] = Field(default='"', alias="quoteChar")
    header: Literal[True] = True


class Resource(Described):
    """One file: its part and name, its size, its SHA-256, its columns."""

    path: str = Field(pattern=PATH)
    size: int = Field(alias="bytes", ge=1)
    hash: str = Field(pattern=r"^(sha256:)?[0-9a-f]{64}$")
    table: TableSchema = Field(alias="schema")
    dialect: Dialect = Dialect()
    encoding: Literal["utf-8", "UTF-8"] = "utf-8"

    @property
    def part(self) -> str:
        """The part that the file is for: the folder it is in."""
        return self.path.partition("/")[0]

    @property
    def name(self) -> str:
        """The file's name in its folder."""
        return self.path.partition("/")[2]

    @property
    def is_parquet(self) -> bool:
        """Whether it is Parquet, else CSV."""
        return self.path.endswith(".parquet")

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of its content."""
        return self.hash.removeprefix("sha256:")


class Package(Described):
    """A delivery as its producer describes it."""

    resources: tuple[Resource, ...]

    @model_validator(mode="after")
    def _paths_differ(self) -> Package:
        if not 1 <= len(self.resources) <= MOST_FILES:
            found = say_count(len(self.resources), "fichier")
            raise ValueError(f"resources : {found} ; une livraison en a de 1 à {MOST_FILES}")
        seen: set[str] = set()
        for resource in self.resources:
            check_slug(resource.part)
            if resource.path in seen:
                raise ValueError(f"{resource.path} est décrit deux fois")
            seen.add(resource.path)
        return self

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return sum(resource.size for resource in self.resources)

    def of_part(self, part: str) -> list[Resource]:
        """The files of one part."""
        return [each for each in self.resources if each.part == part]

    @property
    def parts(self) -> list[str]:
        """The parts that the delivery brings something to, in order."""
        return sorted({each.part for each in self.resources})


def parse_package(content: bytes) -> Package:
    """The package that a descriptor says; raises InvalidFilesError with every problem at once."""
    try:
        values = strict_json(content.decode("utf-8"))
    except (ValueError, RecursionError):
        reason = "n'est pas du JSON en UTF-8 où chaque clé est une fois ; corrigez-le"
        raise InvalidFilesError([Problem(DESCRIPTOR, "", reason)]) from None
    return parse(Package, values, DESCRIPTOR)


def package_problems(package: Package, dataset: Dataset, settings: DeliverySettings) -> Iterator[Problem]:
    """What the catalogue and the settings do not allow: sizes, parts, columns, types."""
    if package.size > settings.largest_delivery_gib * GIB:
        yield Problem(DESCRIPTOR, "", f"la livraison dépasse {settings.largest_delivery_gib} Gio ; faites-en plusieurs")
    for resource in package.resources:
        if resource.size > settings.largest_file_gib * GIB:
            yield Problem(
                resource.path, "bytes", f"le fichier dépasse {settings.largest_file_gib} Gio ; coupez-le en plusieurs"
            )
        part = dataset.parts.get(resource.part)
        if part is None:
            yield Problem(
                resource.path,
                "path",
                f"le catalogue n'a pas de partie {resource.part} ; il a {', '.join(dataset.parts)}",
            )
        else:
            yield from _column_problems(resource, part)


def _column_problems(resource: Resource, part: Part) -> Iterator[Problem]:
    wanted = [column.name for column in part.columns]
    if not wanted:
        yield Problem(
            resource.path,
            "schema",
            f"le catalogue ne décrit pas les colonnes de {resource.part} ; complétez-le d'abord",
        )
    elif wanted != resource.table.names:
        yield Problem(
            resource.path,
            "schema.fields",
            f"les colonnes sont {', '.join(resource.table.names)} ; le catalogue attend {', '.join(wanted)}",
        )
    else:
        for column, field in zip(part.columns, resource.table.fields, strict=True):
            if field.type not in TYPES.get(column.type, {column.type}):
                yield Problem(
                    resource.path,
                    f"schema.fields.{field.name}",
                    f"le type est {field.type} ; le catalogue dit {column.type}",
                )


def check_package(package: Package, dataset: Dataset, settings: DeliverySettings) -> None:
    """Raises InvalidFilesError with all that catalogue and settings do not allow."""
    problems = list(package_problems(package, dataset, settings))
    if problems:
        raise InvalidFilesError(problems)
