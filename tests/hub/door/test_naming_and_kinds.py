"""A deposited file has a plain name, and is what its content says."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.door.errors import RefusedError
from hub.door.kinds import ALLOWED, DECLARATIONS, ENDINGS, Judge, check_declaration
from hub.door.naming import LONGEST, file_name

NAMES = {
    "a.csv": "a.csv",
    "Étude de l'été 2024.csv": "Etude-de-l-ete-2024.csv",
    "C:\\Users\\moi\\a.csv": "a.csv",
    "/etc/a.csv": "a.csv",
    "a.b.c.PY": "a.b.c.PY",
    "-rf.py": "rf.py",
    "..a.csv": "a.csv",
    "a .csv": "a.csv",
    "œuvre.csv": "uvre.csv",
    "a\u202evsc.csv": "avsc.csv",
}


@pytest.mark.parametrize("sent", NAMES)
def test_a_name_becomes_a_plain_one(sent: str) -> None:
    assert file_name(sent) == NAMES[sent]


@pytest.mark.parametrize(
    "sent",
    ["", "a", ".csv", "..", "日本.csv", "a.", "a.c v", "a.\0csv", f"{'a' * LONGEST}.csv", "a/", "-.csv", "a.csv\n/"],
)
def test_a_name_of_which_nothing_plain_is_left_is_refused(sent: str) -> None:
    with pytest.raises(RefusedError) as refused:
        file_name(sent)
    assert refused.value.status == 400


@given(st.text(max_size=30))
def test_a_name_that_is_kept_never_leads_elsewhere(sent: str) -> None:
    try:
        name = file_name(f"{sent}.csv")
    except RefusedError:
        return
    assert (name.isascii(), "/" in name, name.startswith((".", "-")), file_name(name)) == (True, False, False, name)


def judged(name: str, *parts: bytes) -> str:
    judge = Judge(name)
    for part in parts:
        judge.feed(part)
    return judge.verdict()


PARQUET = b"PAR1" + b"\x00\x01" * 20 + (10).to_bytes(4, "little") + b"PAR1"
NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
KNOWN: dict[str, tuple[tuple[str, bytes], str]] = {
    "text": (("a.csv", "a;é\r\n\t1;2\f\n".encode()), "text"),
    "text with a mark": (("a.txt", b"\xef\xbb\xbfa"), "text"),
    "text of a French office": (("a.csv", "é;œ;€\n".encode("cp1252")), "text_cp1252"),
    "code": (("a.R", b"x <- 1\n"), "text"),
    "parquet": (("a.parquet", PARQUET), "parquet"),
    "json": (("a.json", b'{"a": [1]}'), "json"),
    "json with a mark": (("a.geojson", b"\xef\xbb\xbf[]"), "json"),
    "notebook": (("a.ipynb", NOTEBOOK), "notebook"),
}


@pytest.mark.parametrize("what", KNOWN)
def test_a_file_is_known_by_its_content_however_it_arrives(what: str) -> None:
    (name, content), kind = KNOWN[what]
    pieces = [content[position : position + 1] for position in range(len(content))]
    assert {judged(name, content), judged(name, *pieces), judged(name, content[:3], content[3:])} == {kind}


REFUSED: dict[str, tuple[str, bytes]] = {
    "nothing": ("a.csv", b""),
    "a program": ("a.py", b"\x7fELF\x02\x01"),
    "an archive": ("a.csv", b"PK\x03\x04"),
    "a compressed file": ("a.txt", b"\x1f\x8b\x08"),
    "text in UTF-16": ("a.csv", "a;b".encode("utf-16-le")),
    "a null": ("a.csv", b"a\0b"),
    "an escape": ("a.txt", b"\x1b[31m"),
    "a delete": ("a.txt", b"\x7f"),
    "a parquet that is text": ("a.parquet", b"PAR1 is how it begins"),
    "a parquet without its end": ("a.parquet", PARQUET[:-1]),
    "a parquet without its beginning": ("a.parquet", PARQUET[1:]),
    "a parquet whose end says more than there is": ("a.parquet", b"PAR1" + (99).to_bytes(4, "little") + b"PAR1"),
    "a parquet of its marks alone": ("a.parquet", b"PAR1PAR1"),
    "json that is none": ("a.json", b"{a: 1}"),
    "json of another code page": ("a.json", '{"é": 1}'.encode("cp1252")),
    "a notebook that is json": ("a.ipynb", b"{}"),
    "a notebook of an old form": ("a.ipynb", NOTEBOOK.replace(b"4", b"3", 1)),
    "a notebook that is a list": ("a.ipynb", b"[]"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_not_what_it_is_called_is_refused(what: str) -> None:
    name, content = REFUSED[what]
    with pytest.raises(RefusedError) as refused:
        judged(name, content)
    assert refused.value.status in {400, 415}


def test_each_declaration_allows_some_endings_and_each_ending_has_a_declaration() -> None:
    assert ALLOWED.keys() == DECLARATIONS.keys()
    assert set(ENDINGS) == set().union(*ALLOWED.values())


@pytest.mark.parametrize(
    ("name", "declaration", "status"),
    [
        ("a.py", "code", None),
        ("a.PY", "code", None),
        ("a.csv", "donnees_ouvertes", None),
        ("a.csv", "table_de_reference", None),
        ("a.csv", "code", 400),
        ("a.py", "table_de_reference", 400),
        ("a.csv", "autre", 400),
        ("a.csv", "", 400),
        ("a.xlsx", "table_de_reference", 415),
        ("a.zip", "code", 415),
        ("a.exe", "code", 415),
        ("a.csv.gz", "donnees_ouvertes", 415),
        ("a.svg", "code", 415),
        ("a.html", "code", 415),
    ],
)
def test_a_file_is_of_a_kind_that_was_declared(name: str, declaration: str, status: int | None) -> None:
    if status is None:
        check_declaration(name, declaration)
        return
    with pytest.raises(RefusedError) as refused:
        check_declaration(name, declaration)
    assert refused.value.status == status
