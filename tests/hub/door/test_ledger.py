"""The journal has each file before it passes; a save says what later saves it covers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from hub.door.errors import RefusedError
from hub.door.ledger import NO_JOURNAL, REMEMBERED, Ledger
from hub.door.target import Target
from policies.files import fingerprint
from policies.names import WorkspaceName
from tests.support.door import NAME, Diary

FILE = Target(NAME, "dossier/a.ipynb")
WHOSE = {"workspace": str(NAME), "person": NAME.person, "processing": NAME.processing}


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def diary(tmp_path: Path, clock: Clock) -> Diary:
    return Diary(tmp_path, clock)


def test_what_is_shown_is_written_with_its_name_its_size_and_its_digest(diary: Diary) -> None:
    diary.ledger.shown(FILE, "notebook", b"abc")
    known = {"path": "dossier/a.ipynb", "kind": "notebook", "bytes": 3, "sha256": fingerprint(b"abc")}
    assert diary.entries() == [("file_out", WHOSE | known | {"way": "open"})]


def test_each_showing_is_written(diary: Diary) -> None:
    for _ in range(3):
        diary.ledger.shown(FILE, "text", b"abc")
    assert len(diary.entries()) == 3


def test_a_save_is_written_with_what_it_covers(diary: Diary) -> None:
    diary.ledger.saved(FILE, "notebook", b"abc")
    known = {"path": "dossier/a.ipynb", "kind": "notebook", "bytes": 3, "sha256": fingerprint(b"abc")}
    covers = {"bytes": 3 + 1024, "minutes": 10}
    assert diary.entries() == [("file_in", WHOSE | known | {"way": "save", "covers": covers})]


def saves(diary: Diary, clock: Clock, *steps: tuple[float, int]) -> list[int]:
    """Sizes of the saves that were written, of saves at these moments with these sizes."""
    for moment, size in steps:
        clock.now = moment
        diary.ledger.saved(FILE, "notebook", b"x" * size)
    return [payload["bytes"] for _, payload in diary.entries()]


def test_a_save_every_two_minutes_of_a_working_day_is_six_entries_an_hour(diary: Diary, clock: Clock) -> None:
    assert len(saves(diary, clock, *((120.0 * turn, 1000) for turn in range(30)))) == 6


def test_a_file_that_grows_beyond_what_was_said_is_written_at_once(diary: Diary, clock: Clock) -> None:
    assert saves(diary, clock, (0, 100), (1, 1124), (2, 1125), (3, 1126), (4, 2149), (5, 2150)) == [100, 1125, 2150]


def test_growing_in_small_steps_is_seen_all_the_same(diary: Diary, clock: Clock) -> None:
    written = saves(diary, clock, *((turn, 100 * turn) for turn in range(1, 60)))
    assert all(later - earlier <= 1124 for earlier, later in pairwise(written))
    assert len(written) == 6


def test_another_file_and_another_workspace_are_not_covered(diary: Diary) -> None:
    other = Target(WorkspaceName("p7f3k2", "aides-suivi"), FILE.path)
    for target in (FILE, Target(NAME, "b.ipynb"), other, FILE):
        diary.ledger.saved(target, "notebook", b"abc")
    assert [payload["path"] for _, payload in diary.entries()] == [FILE.path, "b.ipynb", FILE.path]


def test_what_is_remembered_is_bounded_and_what_is_forgotten_is_written_again(diary: Diary) -> None:
    ledger = diary.ledger
    ledger.saved(FILE, "text", b"")
    for number in range(3):
        ledger._remember((NAME, str(number)), ledger._covers[NAME, FILE.path])
    for number in range(REMEMBERED):
        ledger._remember((NAME, f"x{number}"), ledger._covers[next(iter(ledger._covers))])
    ledger.saved(FILE, "text", b"")
    assert (len(ledger._covers), len(diary.entries())) == (REMEMBERED, 2)


WRITINGS: dict[str, Callable[[Ledger], None]] = {
    "shown": lambda ledger: ledger.shown(FILE, "text", b"abc"),
    "saved": lambda ledger: ledger.saved(FILE, "text", b"abc"),
    "deposited": lambda ledger: ledger.deposited(NAME, {"path": "/entrees/a.csv"}),
    "removed": lambda ledger: ledger.removed(NAME, "/entrees/a.csv"),
}


@pytest.mark.parametrize("what", WRITINGS)
def test_when_the_journal_cannot_be_written_nothing_passes(diary: Diary, what: str) -> None:
    diary.break_it()
    for _ in range(2):  # a failure covers nothing
        with pytest.raises(RefusedError) as refused:
            WRITINGS[what](diary.ledger)
        assert (refused.value.status, str(refused.value)) == (503, NO_JOURNAL)


def test_deposits_and_removals_say_whose_they_are(diary: Diary) -> None:
    diary.ledger.deposited(NAME, {"path": "/entrees/a.csv", "bytes": 3})
    diary.ledger.removed(NAME, "/entrees/a.csv")
    assert diary.entries() == [
        ("file_in", WHOSE | {"path": "/entrees/a.csv", "bytes": 3, "way": "deposit"}),
        ("deposit_removed", WHOSE | {"path": "/entrees/a.csv"}),
    ]
