"""A delivery is described in full and exactly, or it is not received; every problem is told at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from onboarding.deliveries.package import Package, package_problems, parse_package
from onboarding.deliveries.settings import DeliverySettings
from policies.errors import InvalidFilesError
from policies.register.dataset import Dataset
from policies.register.documents import parse_document
from tests.support.deliveries import FIELDS, TOWNS, documents, resource
from tests.support.small_register import Values

PATH = "p2025/communes.csv"


def package(*resources: Values) -> bytes:
    return json.dumps({"resources": list(resources or [resource(PATH, TOWNS)])}).encode()


def field(**changes: Any) -> list[Values]:
    return [FIELDS[0], FIELDS[1] | changes]


def test_a_package_says_part_file_size_and_fingerprint() -> None:
    found = parse_package(package()).resources[0]
    assert (found.part, found.name, found.size, found.is_parquet) == ("p2025", "communes.csv", len(TOWNS), False)
    assert len(found.fingerprint) == 64


def test_a_fingerprint_may_stand_without_the_name_of_its_algorithm() -> None:
    one = resource(PATH, TOWNS)
    bare = one | {"hash": one["hash"].removeprefix("sha256:")}
    assert parse_package(package(bare)).resources[0].fingerprint == parse_package(package(one)).resources[0].fingerprint


def test_descriptive_keys_are_read_past() -> None:
    described = resource(
        PATH, TOWNS, field(title="Habitants", description="...", example="780", rdfType="x"), title="x"
    )
    assert parse_package(package(described)).resources[0].table.names == ["code", "habitants"]


PATHS = [
    "communes.csv", "/p2025/communes.csv", "../p2025/a.csv", "p2025/../a.csv", "p2025/sub/a.csv", "p2025/.a.csv",
    "p2025/a.xlsx", "p2025/a.csv.exe", "p2025/a.zip", "P2025/a.csv", "p2025/a b.csv", "p2025/a.csv\n", "p2025/é.csv",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_is_not_a_part_and_a_plain_table_is_refused(path: str) -> None:
    with pytest.raises(InvalidFilesError, match=r"resources\[0\]\.path"):
        parse_package(package(resource(path, TOWNS)))


WRONG: dict[str, tuple[Values, str]] = {
    "no fingerprint": ({"hash": "md5:0123"}, r"resources\[0\]\.hash"),
    "no size": ({"bytes": 0}, r"resources\[0\]\.bytes"),
    "size in text": ({"bytes": "12"}, r"resources\[0\]\.bytes"),
    "another encoding": ({"encoding": "latin-1"}, r"encoding"),
    "a CSV without header": ({"dialect": {"header": False}}, r"dialect\.header"),
    "an unknown delimiter": ({"dialect": {"delimiter": "x"}}, r"dialect\.delimiter"),
    "no column": ({"schema": {"fields": []}}, "aucune colonne"),
    "two columns of a name": ({"schema": {"fields": [FIELDS[0], FIELDS[0]]}}, "deux colonnes ont le même nom"),
    "an unknown type": ({"schema": {"fields": field(type="geojson")}}, r"fields\[1\]\.type"),
    "an unknown constraint": ({"schema": {"fields": field(constraints={"minimun": 1})}}, "did you mean minimum"),
    "a bound in text": ({"schema": {"fields": field(constraints={"minimum": "0"})}}, "n'est pas une borne"),
    "a pattern of numbers": ({"schema": {"fields": field(constraints={"pattern": "1"})}}, "ne s'appliquent pas"),
    "a format": ({"schema": {"fields": field(type="date", format="%d/%m/%Y", constraints={})}}, "seul « default »"),
    "groups of digits": ({"schema": {"fields": field(groupChar=" ")}}, "ne sont pas lus"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_understood_is_refused_and_never_passed_over(name: str) -> None:
    changes, words = WRONG[name]
    with pytest.raises(InvalidFilesError, match=words):
        parse_package(package(resource(PATH, TOWNS) | changes))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "n'est pas du JSON en UTF-8"),
        (b"\xff", "n'est pas du JSON en UTF-8"),
        (b"[" * 100_000, "n'est pas du JSON en UTF-8"),
        (b'{"resources": [], "resources": []}', "où chaque clé est une fois"),
        (b'{"resources": []}', "0 fichier ; une livraison en a de 1 à 1000"),
        (package(resource(PATH, TOWNS), resource(PATH, TOWNS)), "est décrit deux fois"),
    ],
)
def test_a_descriptor_that_is_not_one_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(InvalidFilesError, match=words):
        parse_package(content)


def test_keys_that_are_not_checked_are_named() -> None:
    one = resource(PATH, TOWNS)
    one["schema"]["primaryKey"] = "code"
    assert parse_package(package(one)).resources[0].table.unchecked == ["primaryKey"]


def problems(content: bytes, columns: list[Values] | None = None, **limits: int) -> list[str]:
    document = parse_document("datasets/communes.yaml", documents(columns)["datasets/communes.yaml"])
    assert isinstance(document, Dataset)
    values: dict[str, Any] = {"largest_file_gib": 1, "largest_delivery_gib": 1, "free_mib": 0, "malware_database": "/x"}
    settings = DeliverySettings.model_validate(values | limits)
    found: Package = parse_package(content)
    return list(map(str, package_problems(found, document, settings)))


def test_what_fits_the_catalogue_has_no_problem() -> None:
    assert problems(package()) == []


def test_columns_other_than_the_catalogues_are_refused_in_name_number_and_order() -> None:
    wanted = "le catalogue attend code, habitants"
    turned = resource(PATH, TOWNS, [FIELDS[1], FIELDS[0]])
    fewer = resource(PATH, TOWNS, [FIELDS[0]])
    assert problems(package(turned)) == [f"{PATH}: schema.fields: les colonnes sont habitants, code ; {wanted}"]
    assert problems(package(fewer)) == [f"{PATH}: schema.fields: les colonnes sont code ; {wanted}"]


def test_a_type_other_than_the_catalogues_is_refused() -> None:
    text = resource(PATH, TOWNS, field(type="string", constraints={}))
    assert problems(package(text)) == [f"{PATH}: schema.fields.habitants: le type est string ; le catalogue dit entier"]


def test_a_part_without_described_columns_receives_nothing() -> None:
    assert problems(package(), columns=[]) == [
        f"{PATH}: schema: le catalogue ne décrit pas les colonnes de p2025 ; complétez-le d'abord"
    ]


def test_what_is_too_large_is_told_of_the_file_and_of_the_whole() -> None:
    large = resource(PATH, TOWNS) | {"bytes": 2 * 1024**3}
    assert problems(package(large)) == [
        "datapackage.json: la livraison dépasse 1 Gio ; faites-en plusieurs",
        f"{PATH}: bytes: le fichier dépasse 1 Gio ; coupez-le en plusieurs",
    ]
    assert problems(package(large), largest_file_gib=2, largest_delivery_gib=2) == []
