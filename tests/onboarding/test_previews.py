"""What a write or a record would make is known before: the same checks, the same documents, nothing written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policies.errors import InvalidFilesError, Problem, StaleError
from policies.files import Closed
from policies.register.attested import plain
from policies.register.follow import read_register
from tests.support.small_register import changed, small_register
from tests.support.written_register import REASON, first_write, journaled, make_writer

AIDES, PERSON = "projects/aides.yaml", "people/pnew01.yaml"


def everything(folder: Path) -> dict[str, bytes]:
    """Every file of register and journal."""
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_preview_is_what_the_write_then_makes_and_writes_nothing(tmp_path: Path) -> None:
    first_write(tmp_path)
    seen, before = read_register(tmp_path / "register").documents, everything(tmp_path)
    changes = {AIDES: changed(small_register(), AIDES, "name", to="Autre")[AIDES], PERSON: {}}
    writer = make_writer(tmp_path)
    previewed = writer.preview(changes, {**seen, PERSON: None})
    assert everything(tmp_path) == before
    writer.write(changes, {**seen, PERSON: None}, "plead1", REASON)
    after = read_register(tmp_path / "register")
    assert {path: document and plain(document) for path, document in previewed.items()} == {
        path: plain(found) for path in previewed if (found := after.document(path)) is not None
    }
    assert set(previewed) == {AIDES, PERSON, "numbers.yaml"}


def test_a_preview_refuses_what_the_write_would(tmp_path: Path) -> None:
    first_write(tmp_path)
    seen, before = read_register(tmp_path / "register").documents, everything(tmp_path)
    wrong = changed(small_register(), AIDES, "processings", "aides-eval", "team", "pnew01", to=_member())
    with pytest.raises(InvalidFilesError, match="no document people/pnew01.yaml"):
        make_writer(tmp_path).preview({AIDES: wrong[AIDES]}, seen)
    with pytest.raises(StaleError):
        make_writer(tmp_path).preview({AIDES: small_register()[AIDES]}, {AIDES: "0" * 64})
    assert everything(tmp_path) == before


def _member() -> dict[str, object]:
    term = {"from": "2026-01-01", "until": "2026-12-31"}
    return {"proposed": {"person": "plead1", "day": "2026-01-05"}, "habilitation": term}


def test_a_refused_preview_spoils_no_later_write(tmp_path: Path) -> None:
    """Writer and preview share what they know of the register."""
    first_write(tmp_path)
    seen, writer = read_register(tmp_path / "register").documents, make_writer(tmp_path)
    other = changed(small_register(), AIDES, "name", to="Essai")[AIDES]
    writer.preview({AIDES: other, PERSON: {}}, {**seen, PERSON: None})
    digest = writer.write({AIDES: changed(small_register(), AIDES, "name", to="Écrit")[AIDES]}, seen, "plead1", REASON)
    after = read_register(tmp_path / "register")
    assert (after.digest, after.projects["aides"].name, "pnew01" in after.people) == (digest, "Écrit", False)


def test_edited_files_are_read_as_record_would_take_them(tmp_path: Path) -> None:
    first_write(tmp_path)
    place = tmp_path / "register" / AIDES
    place.write_text(place.read_text().replace("name: Aides\n", "name: À la main\n"))
    entries = len(journaled(tmp_path))
    edited = make_writer(tmp_path).edited()
    assert [(path, document and plain(document)["name"]) for path, document in edited.items()] == [(AIDES, "À la main")]
    assert (len(journaled(tmp_path)), read_register(tmp_path / "register").projects["aides"].name) == (entries, "Aides")


def test_one_check_more_refuses_what_the_writer_alone_takes(tmp_path: Path) -> None:
    first_write(tmp_path)

    def never(path: str, before: Closed | None, after: Closed | None) -> Iterator[Problem]:
        yield Problem(path, "", f"never ({before is not None}, {after is not None})")

    seen, writer = read_register(tmp_path / "register").documents, make_writer(tmp_path)
    other = {AIDES: changed(small_register(), AIDES, "name", to="Autre")[AIDES]}
    with pytest.raises(InvalidFilesError, match=r"projects/aides.yaml: never \(True, True\)"):
        writer.also(never).write(other, seen, "plead1", REASON)
    assert writer.write(other, seen, "plead1", REASON)
