"""Checkpoints are kept in order whatever the clock does and wherever a crash comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from onboarding.keeper.checkpoint import ChainHead, Checkpoint, sign
from onboarding.keeper.ledger import Ledger
from policies.errors import UnavailableError
from tests.support.signing import make_key

KEY = make_key(9)


def write(ledger: Ledger, *moments: str) -> list[Checkpoint]:
    """Checkpoints at these moments, one after the other."""
    made: list[Checkpoint] = []
    for n, moment in enumerate(moments, 1):
        heads = {"guard": ChainHead(n=n, fingerprint="a" * 64, size=n)}
        made.append(sign(KEY, made[-1] if made else None, f"{moment}:00.000000Z", heads, {}))
        ledger.append(made[-1])
    return made


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "checkpoints")


def test_a_ledger_that_is_not_there_is_empty(ledger: Ledger) -> None:
    assert (ledger.last(), list(ledger.lines()), list(ledger.beyond(0))) == (None, [], [])


def test_checkpoints_stand_by_day_and_are_read_in_order(ledger: Ledger) -> None:
    made = write(ledger, "2026-03-01T08:00", "2026-03-01T09:00", "2026-03-02T08:00")
    assert sorted(path.name for path in ledger.folder.iterdir()) == ["2026-03-01.jsonl", "2026-03-02.jsonl"]
    assert (ledger.last(), list(ledger.beyond(0)), list(ledger.lines())) == (made[-1], made, [m.line for m in made])


def test_those_beyond_a_number_are_found_without_reading_what_came_long_before(ledger: Ledger) -> None:
    made = write(ledger, "2026-03-01T08:00", "2026-03-02T08:00", "2026-03-02T09:00", "2026-03-03T08:00")
    (ledger.folder / "2026-03-01.jsonl").write_bytes(made[0].line + b"not a checkpoint\n")
    assert list(ledger.beyond(2)) == made[2:]


def test_a_clock_that_goes_back_over_midnight_changes_no_order(ledger: Ledger) -> None:
    made = write(ledger, "2026-03-02T00:01", "2026-03-01T23:59", "2026-03-02T00:05")
    assert (list(ledger.beyond(0)), ledger.last()) == (made, made[-1])


def tear(ledger: Ledger) -> Path:
    """A crash in the middle of a line."""
    path = sorted(ledger.folder.iterdir())[-1]
    with path.open("ab") as stream:
        stream.write(b'{"alarms":{},"heads":')
    return path


def test_a_line_torn_by_a_crash_is_not_there_and_the_next_one_takes_its_place(ledger: Ledger) -> None:
    made = write(ledger, "2026-03-01T08:00", "2026-03-01T09:00")
    tear(ledger)
    assert (ledger.last(), list(ledger.beyond(0))) == (made[-1], made)
    third = sign(KEY, made[-1], "2026-03-01T10:00:00.000000Z", {}, {})
    ledger.append(third)
    assert list(ledger.lines())[-1] == third.line


def test_a_line_torn_on_another_day_harms_nothing(ledger: Ledger) -> None:
    made = write(ledger, "2026-03-01T08:00")
    tear(ledger)
    second = sign(KEY, made[-1], "2026-03-02T10:00:00.000000Z", {}, {})
    ledger.append(second)
    assert list(ledger.beyond(0)) == [made[0], second]


@pytest.mark.parametrize("strict", [True, False])
def test_a_line_that_is_none_stops_us_and_is_passed_over_at_a_witness(ledger: Ledger, strict: bool) -> None:
    made = write(ledger, "2026-03-01T08:00")
    with (ledger.folder / "2026-03-01.jsonl").open("ab") as stream:
        stream.write(b"torn on its way\n")
    read = Ledger(ledger.folder, strict)
    if not strict:
        assert (read.last(), list(read.beyond(0))) == (made[0], made)
        return
    with pytest.raises(UnavailableError, match="verify it"):
        read.last()
    with pytest.raises(UnavailableError, match="verify it"):
        list(read.beyond(0))


def test_other_files_of_the_folder_are_not_read(ledger: Ledger) -> None:
    made = write(ledger, "2026-03-01T08:00")
    (ledger.folder / "notes.jsonl").write_text("notes\n")
    (ledger.folder / "2026-03-09").write_text("notes\n")
    assert list(ledger.beyond(0)) == made


def test_a_ledger_that_cannot_be_written_says_so(ledger: Ledger) -> None:
    made = write(ledger, "2026-03-01T08:00")
    (ledger.folder / "2026-03-02.jsonl").mkdir()
    with pytest.raises(UnavailableError, match="cannot be"):
        ledger.append(sign(KEY, made[-1], "2026-03-02T10:00:00.000000Z", {}, {}))
