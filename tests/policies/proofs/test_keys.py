"""Public keys: named by what they are, each with its days, read strictly."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from policies.errors import InvalidFilesError
from policies.proofs.keys import ProofError, PublicKeys, read_public_keys
from tests.support.signing import make_key, published

KEY = make_key()
LISTED = {"id": KEY.id, "public": KEY.public, "from": "2026-01-01", "until": None}


def write(folder: Path, content: str) -> Path:
    path = folder / "public.json"
    path.write_text(content)
    return path


def test_a_file_of_keys_reads_back(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps({"keys": [LISTED]}))
    assert read_public_keys(path) == published(KEY, since=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ('{"keys": [], "keys": []}', "stands twice"),
        ("{}", "keys: missing"),
        (json.dumps({"keys": [LISTED, LISTED]}), "the same key stands twice"),
        (json.dumps({"keys": [LISTED | {"id": "0" * 16}]}), f"its id is {KEY.id}"),
        (json.dumps({"keys": [LISTED | {"public": make_key(2).public}]}), "its id is"),
        (json.dumps({"keys": [LISTED | {"public": KEY.public[:-1]}]}), "not 32 bytes"),
        (json.dumps({"keys": [LISTED | {"public": KEY.public + "\n"}]}), "not 32 bytes"),
        (json.dumps({"keys": [LISTED | {"from": "2026-02-30"}]}), "is not a date"),
        (json.dumps({"keys": [LISTED | {"secret": "x"}]}), "unknown key"),
    ],
)
def test_a_bad_file_of_keys_is_refused(tmp_path: Path, content: str, why: str) -> None:
    with pytest.raises(InvalidFilesError, match=why):
        read_public_keys(write(tmp_path, content))


def test_a_missing_file_of_keys_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFilesError, match="cannot be read"):
        read_public_keys(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-06-30", True), ("2026-07-01", False)],
)
def test_a_key_signs_from_its_first_day_to_its_last_both_included(day: str, counts: bool) -> None:
    keys = published(KEY, until=date(2026, 6, 30))
    if counts:
        assert keys.of(KEY.id, date.fromisoformat(day)).id == KEY.id
        return
    with pytest.raises(ProofError, match="ne vaut pas au"):
        keys.of(KEY.id, date.fromisoformat(day))


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ProofError, match="inconnue"):
        PublicKeys(keys=()).of(KEY.id, date(2026, 1, 1))
