"""What was kept is read back as it was, or refused."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from policies.contents import Contents
from policies.errors import UnavailableError
from policies.files import fingerprint


@pytest.fixture
def contents(tmp_path: Path) -> Contents:
    return Contents(tmp_path / "grounds")


def test_a_content_is_kept_under_its_fingerprint_and_read_back(contents: Contents) -> None:
    name = contents.keep(b"a law")
    assert (name, contents.read(name), contents.has(name)) == (fingerprint(b"a law"), b"a law", True)


def test_a_content_that_is_there_is_not_written_again(contents: Contents) -> None:
    name = contents.keep(b"a law")
    before = (contents.folder / name).stat().st_ino
    contents.keep(b"a law")
    assert (contents.folder / name).stat().st_ino == before


def test_folder_and_files_are_their_owners_alone(contents: Contents) -> None:
    path = contents.folder / contents.keep(b"a law")
    assert [stat.S_IMODE(each.stat().st_mode) for each in (contents.folder, path)] == [0o700, 0o400]


def test_a_changed_content_is_refused(contents: Contents) -> None:
    path = contents.folder / contents.keep(b"a law")
    path.chmod(0o600)
    path.write_bytes(b"b law")
    with pytest.raises(UnavailableError, match="not the content that it is named after"):
        contents.read(path.name)


@pytest.mark.parametrize("name", ["", "../secret", "A" * 64, "a" * 63, "a" * 65, "a" * 63 + "\n"])
def test_what_is_no_fingerprint_names_nothing(contents: Contents, name: str) -> None:
    assert not contents.has(name)
    with pytest.raises(UnavailableError, match="is not a fingerprint"):
        contents.read(name)


def test_a_missing_content_says_where_it_should_be(contents: Contents) -> None:
    with pytest.raises(UnavailableError, match=f"{'a' * 64}: missing; restore it from a backup"):
        contents.read("a" * 64)


def test_what_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "grounds").touch()
    with pytest.raises(UnavailableError, match="cannot be written"):
        Contents(tmp_path / "grounds").keep(b"a law")
    assert os.listdir(tmp_path) == ["grounds"]
