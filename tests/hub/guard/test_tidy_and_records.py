"""What an earlier guard left is recognised by the guard's own record; no host account is in people's numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.guard.lifecycle.records import Record, Records, State
from hub.guard.watching.tidy import accounts_in_the_way
from policies.errors import InvalidFilesError
from policies.names import WorkspaceName

NAME = WorkspaceName("p7f3k2", "aides-ciblage")
RECORD = Record(name=str(NAME), id="ab" * 32, config="f" * 64, state="created")


@pytest.fixture
def records(tmp_path: Path) -> Records:
    made = Records(tmp_path / "records")
    made.prepare()
    return made


def test_a_record_is_read_as_it_was_written_until_it_is_forgotten(records: Records) -> None:
    assert records.read(NAME) is None
    records.write(RECORD)
    assert records.read(NAME) == RECORD
    records.forget(NAME)
    records.forget(NAME)
    assert records.read(NAME) is None


def test_only_the_records_of_what_runs_are_kept(records: Records) -> None:
    other = WorkspaceName("p7f3k3", "aides-ciblage")
    records.write(RECORD)
    records.write(RECORD.model_copy(update={"name": str(other)}))
    records.keep_only({str(other)})
    assert (records.read(NAME), records.read(other) is None) == (None, False)


def test_a_record_that_cannot_be_read_is_no_record(records: Records, tmp_path: Path) -> None:
    (tmp_path / "records" / f"{NAME}.json").write_text('{"name": "x"}')
    with pytest.raises(InvalidFilesError):
        records.read(NAME)
    assert (records.trusted(NAME), list(records.all()), records.names()) == (None, [], {str(NAME)})


def test_every_record_is_found_and_what_was_left_half_written_is_none(records: Records, tmp_path: Path) -> None:
    records.write(RECORD, durable=False)
    half = tmp_path / "records" / f".{NAME}.json.abcd1234"
    half.touch()
    assert (list(records.all()), records.names()) == ([(NAME, RECORD)], {str(NAME)})
    records.clear_half_written()
    assert not half.exists()


@pytest.mark.parametrize(
    ("state", "owed"),
    [
        ("creating", False),
        ("created", False),
        ("starting", True),
        ("checked", True),
        ("answering", True),
        ("leaving", False),
    ],
)
def test_the_journal_owes_an_end_to_what_it_says_to_have_started(state: State, owed: bool) -> None:
    assert RECORD.at(state).is_owed_an_end == owed


@pytest.mark.parametrize(
    ("users", "groups", "expected"),
    [
        ({"root": 0, "alice": 1000, "nobody": 65534}, {"root": 0, "docker": 999}, []),
        ({"alice": 200_000}, {}, ["alice (200000)"]),
        ({"alice": 199_999, "bob": 600_000}, {}, []),
        ({"alice": 399_999}, {"team": 400_000}, ["alice (399999)", "team (400000)"]),
        ({"alice": 599_999}, {"alice": 599_999}, ["alice (599999)"]),
        ({}, {"people": 250_000}, ["people (250000)"]),
    ],
)
def test_a_host_account_in_the_numbers_of_people_or_processings_is_found(
    users: dict[str, int], groups: dict[str, int], expected: list[str]
) -> None:
    assert accounts_in_the_way(users, groups) == expected
