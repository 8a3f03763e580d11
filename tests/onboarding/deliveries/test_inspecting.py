"""Each cell is held to its column's schema, and what is said of a file never repeats one of its values."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from onboarding.deliveries import inspecting, tables
from onboarding.deliveries.inspecting import inspect
from onboarding.deliveries.package import Resource, parse_package
from policies.register.dataset import Column
from tests.onboarding.deliveries.test_identifiers import WOMAN, nir
from tests.support.deliveries import resource
from tests.support.small_register import Values

NAMED = {"type": "texte", "meaning": "une colonne"}


def silent(_: int) -> None:
    """Nobody listens."""


def described(path: str, content: bytes, fields: list[Values], **more: Any) -> Resource:
    return parse_package(json.dumps({"resources": [resource(path, content, fields, **more)]}).encode()).resources[0]


def read(
    content: bytes, fields: list[Values], ending: str = "csv", tell: Callable[[int], None] = silent,
    columns: dict[str, Values] | None = None, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    found = described(f"p2025/a.{ending}", content, fields, **more)
    told = {each["name"]: (columns or {}).get(each["name"], {}) for each in fields}
    catalogue = {
        n: Column.model_validate({"name": n, "type": "texte", "meaning": n} | more) for n, more in told.items()
    }
    return inspect(found, catalogue, io.BytesIO(content), tell)


def problems(cells: list[str], kind: str, constraints: Values | None = None, **more: Any) -> list[str]:
    """What is wrong with a CSV file of one column beside a number of the row."""
    content = "a;n\n" + "".join(f"{cell};{n}\n" for n, cell in enumerate(cells, 1))
    fields = [{"name": "a", "type": kind, "constraints": constraints or {}} | more, {"name": "n", "type": "integer"}]
    found = read(content.encode(), fields, dialect={"delimiter": ";"})
    assert found["rows"] == len(cells)
    return list(found["problems"])


RIGHT: list[tuple[str, list[str], Values]] = [
    ("string", ["x", "", "un mot", "œuf"], {}),
    ("integer", ["0", "-12", "+7", ""], {}),
    ("number", ["1", "1.5", "-.5", "2e10", "3."], {}),
    ("number", ["1,5", "-3"], {"decimalChar": ","}),
    ("boolean", ["true", "False", "0", "1"], {}),
    ("date", ["2026-02-28", "2024-02-29"], {}),
    ("datetime", ["2026-02-28T10:00:00Z", "2026-02-28T10:00:00.5+01:00", "2026-02-28T10:00:00"], {}),
    ("year", ["1999", "2026"], {}),
]
WRONG: list[tuple[str, str, Values]] = [
    ("integer", "1.0", {}), ("integer", "douze", {}), ("integer", "1 000", {}), ("integer", "0x1", {}),
    ("number", "1,5", {}), ("number", "1.5", {"decimalChar": ","}), ("number", "NaN", {}), ("number", "1e", {}),
    ("boolean", "oui", {}), ("boolean", "2", {}),
    ("date", "2026-02-30", {}), ("date", "28/02/2026", {}), ("date", "2023-02-29", {}), ("date", "2026-W05-1", {}),
    ("datetime", "2026-02-28 10:00:00", {}), ("datetime", "2026-02-28T25:00:00", {}), ("datetime", "2026-02-28", {}),
    ("year", "26", {}), ("year", "20266", {}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "cells", "more"), RIGHT)
def test_cells_of_their_type_are_let_pass(kind: str, cells: list[str], more: Values) -> None:
    assert problems(cells, kind, **more) == []


@pytest.mark.parametrize(("kind", "cell", "more"), WRONG)
def test_a_cell_of_another_type_is_told_by_column_and_row(kind: str, cell: str, more: Values) -> None:
    right = next(cells[0] for name, cells, rest in RIGHT if (name, rest) == (kind, more))
    assert problems([right, cell], kind, **more) == [f"colonne a : 1 valeur qui n'est pas du type {kind} (ligne 2)"]


BOUNDS: dict[str, tuple[str, Values, list[str], str]] = {
    "required": ("string", {"required": True}, ["x", ""], "1 valeur manquante (ligne 2)"),
    "smaller": ("integer", {"minimum": 10}, ["9", "10", "-3"], "2 valeurs en dessous de 10 (lignes 1, 3)"),
    "greater": ("number", {"maximum": 1.5}, ["1.5", "1.6"], "1 valeur au-dessus de 1.5 (ligne 2)"),
    "before": ("date", {"minimum": "2026-01-01"}, ["2025-12-31", "2026-01-01"],
               "1 valeur en dessous de 2026-01-01 (ligne 1)"),
    "short": ("string", {"minLength": 2}, ["é", "éé"], "1 valeur de moins de 2 caractères (ligne 1)"),
    "long": ("string", {"maxLength": 2}, ["ééé", "éé"], "1 valeur de plus de 2 caractères (ligne 1)"),
    "pattern": ("string", {"pattern": "[0-9]{2}"}, ["12", "123", "a12"],
                "2 valeurs qui ne suivent pas le motif du schéma (lignes 2, 3)"),
    "pattern once": ("string", {"pattern": "[0-9]{1}"}, ["1", "12"],
                     "1 valeur qui ne suit pas le motif du schéma (ligne 2)"),
    "missing twice": ("string", {"required": True}, ["", ""], "2 valeurs manquantes (lignes 1, 2)"),
    "longer than one": ("string", {"maxLength": 1}, ["ab"], "1 valeur de plus de 1 caractère (ligne 1)"),
    "listed": ("string", {"enum": ["F", "H"]}, ["F", "X", ""], "1 valeur hors de la liste du schéma (ligne 2)"),
    "listed numbers": ("integer", {"enum": [1, 2]}, ["01", "3"], "1 valeur hors de la liste du schéma (ligne 2)"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOUNDS)
def test_a_cell_that_breaks_a_constraint_is_told(name: str) -> None:
    kind, constraints, cells, said = BOUNDS[name]
    assert problems(cells, kind, constraints) == [f"colonne a : {said}"]


def test_what_is_wrong_many_times_is_told_once_with_the_first_rows() -> None:
    assert problems(["x"] * 1000, "integer") == [
        "colonne a : 1000 valeurs qui ne sont pas du type integer (lignes 1, 2, 3, …)"
    ]


def test_a_pattern_that_cannot_be_read_is_told() -> None:
    content = b"a\nx\n"
    found = read(content, [{"name": "a", "type": "string", "constraints": {"pattern": "("}}])
    assert found["problems"] == ["le schéma a une règle qui ne se lit pas, ou une valeur trop grande pour elle"]


NO_TABLE = "ce n'est pas un tableau CSV séparé par « , »"
BROKEN: dict[str, tuple[bytes, str]] = {
    "more cells than columns": (b"a,n\n1,2,3\n", f"{NO_TABLE} : la ligne 2 ne se lit pas"),
    "not UTF-8": (b"a,n\nx,1\n\xe9t\xe9,2\n", "ce n'est pas du texte en UTF-8 : la ligne 3 ne se lit pas"),
    "empty": (b"\n", NO_TABLE),
    "no row": (b"a,n\n", "le fichier n'a aucune ligne"),
    "other columns": (b"n,a\n1,2\n", "le fichier n'a pas les colonnes de son schéma, dans l'ordre : a, n"),
    "a row without end": (b'a,n\n"' + b"x" * 9_000_000 + b",1\n",
                          "une ligne dépasse 1 Mio, ou un guillemet n'est pas refermé"),
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(2000), NO_TABLE),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_table_is_refused_without_a_word_of_its_content(name: str) -> None:
    content, said = BROKEN[name]
    assert read(content, [{"name": "a"}, {"name": "n"}])["problems"] == [said]


def test_unseen_characters_are_told() -> None:
    assert problems(["x\x00y", "x\ty"], "string") == ["colonne a : 1 valeur avec des caractères de contrôle (ligne 1)"]


HIDDEN = {"nir": nir(WOMAN), "iban": "FR7630006000011234567890189", "mail": "ana@minefi.test"}
SAID = {"nir": "un NIR", "iban": "un IBAN", "mail": "une adresse électronique"}


@pytest.mark.parametrize("kind", HIDDEN)
def test_an_identifier_that_nothing_announces_is_told_and_not_repeated(kind: str) -> None:
    content = f"a\nrien\nvoir {HIDDEN[kind]} svp\n".encode()
    found = read(content, [{"name": "a"}])
    assert found["problems"] == [f"colonne a : 1 valeur avec {SAID[kind]} que le catalogue n'annonce pas (ligne 2)"]
    assert HIDDEN[kind] not in json.dumps(found)


@pytest.mark.parametrize("kind", HIDDEN)
def test_an_identifier_that_the_catalogue_announces_for_this_column_is_let_pass(kind: str) -> None:
    content = f"a,b\n{HIDDEN[kind]},x\n".encode()
    fields = [{"name": "a"}, {"name": "b"}]
    assert read(content, fields, columns={"a": {"holds": [kind]}})["problems"] == []
    assert len(read(content, fields, columns={"b": {"holds": [kind]}})["problems"]) == 1


def test_a_nir_written_as_a_number_is_found_in_both_formats() -> None:
    number = int(nir(WOMAN))
    table = pa.table({"a": pa.array([1, number], pa.int64())})
    fields = [{"name": "a", "type": "integer"}]
    said = ["colonne a : 1 valeur avec un NIR que le catalogue n'annonce pas (ligne 2)"]
    assert read(parquet(table), fields, "parquet")["problems"] == said
    assert read(f"a\n1\n{number}\n".encode(), fields)["problems"] == said


def test_a_column_full_of_nir_without_keys_is_suspected_and_a_few_are_not() -> None:
    short = [f"2850578006{n:03d}" for n in range(10)]
    assert problems(short, "string") == ["colonne a : 10 valeurs sur 10 ont la forme d'un NIR sans sa clé"]
    assert problems([*short[:5], *(f"99{n}" for n in range(10))], "string") == []


def test_once_enough_was_found_the_rest_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspecting, "ENOUGH", 2)
    assert problems([f"a{n}@b.fr" for n in range(9)], "string") == [
        "colonne a : 2 valeurs avec une adresse électronique que le catalogue n'annonce pas (lignes 1, 2)"
    ]


def parquet(table: pa.Table, **how: Any) -> bytes:
    written = io.BytesIO()
    pq.write_table(table, written, **how)
    return written.getvalue()


KINDS: list[tuple[str, Any]] = [
    ("string", pa.array(["x"])), ("string", pa.array(["x"], pa.large_string())),
    ("string", pa.array(["x"]).dictionary_encode()), ("integer", pa.array([1], pa.int16())),
    ("number", pa.array([1.5])), ("boolean", pa.array([True])), ("date", pa.array([date(2026, 1, 1)])),
    ("datetime", pa.array([datetime(2026, 1, 1)])), ("year", pa.array([2026])),  # noqa: DTZ001 - as files hold them
]  # fmt: skip


@pytest.mark.parametrize(("kind", "array"), KINDS)
def test_a_parquet_column_of_its_type_is_let_pass(kind: str, array: Any) -> None:
    found = read(parquet(pa.table({"a": array})), [{"name": "a", "type": kind}], "parquet")
    assert found == {"rows": 1, "problems": []}


@pytest.mark.parametrize(
    ("kind", "array", "named"),
    [
        ("integer", pa.array(["1"]), "string"),
        ("string", pa.array([b"x"]), "binary"),
        ("string", pa.array([["x"]]), "list<element: string>"),
        ("date", pa.array(["2026-01-01"]), "string"),
    ],
)
def test_a_parquet_column_of_another_type_is_refused(kind: str, array: Any, named: str) -> None:
    found = read(parquet(pa.table({"a": array})), [{"name": "a", "type": kind}], "parquet")
    assert found["problems"] == [f"colonne a : le fichier la dit {named}, son schéma {kind}"]


def test_constraints_hold_parquet_cells_too_and_rows_are_counted_across_groups() -> None:
    table = pa.table({"a": [1, 2, 30, 4, 50], "d": [date(2026, 1, n) for n in range(1, 6)]})
    fields = [
        {"name": "a", "type": "integer", "constraints": {"maximum": 10}},
        {"name": "d", "type": "date", "constraints": {"maximum": "2026-01-04"}},
    ]
    assert read(parquet(table, row_group_size=2), fields, "parquet") == {
        "rows": 5,
        "problems": [
            "colonne a : 2 valeurs au-dessus de 10 (lignes 3, 5)",
            "colonne d : 1 valeur au-dessus de 2026-01-04 (ligne 5)",
        ],
    }


@pytest.mark.parametrize("content", [b"PAR1junkPAR1", b"a\nx\n", parquet(pa.table({"a": ["x"]}))[:-20]])
def test_a_broken_parquet_file_is_refused(content: bytes) -> None:
    assert read(content, [{"name": "a"}], "parquet")["problems"] == ["ce n'est pas un fichier Parquet lisible"]


def test_a_group_of_rows_that_would_not_fit_in_memory_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tables, "LARGEST_ROW_GROUP", 10)
    found = read(parquet(pa.table({"a": ["x" * 100]})), [{"name": "a"}], "parquet")
    assert found["problems"] == ["un groupe de lignes dépasse 1 Gio ; écrivez le fichier avec des groupes plus petits"]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_progress_is_told_up_to_the_end_of_the_file(ending: str) -> None:
    rows = [f"ligne {n}" for n in range(200_000)]
    content = (
        ("a\n" + "\n".join(rows)).encode() if ending == "csv" else parquet(pa.table({"a": rows}), row_group_size=50_000)
    )
    told: list[int] = []
    assert read(content, [{"name": "a"}], ending, told.append)["problems"] == []
    assert told == sorted(told)
    assert told[-1] == len(content)
