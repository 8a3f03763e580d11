"""What ended while the journal could not be written is journaled once it can be, before anything else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from hub.guard.diary import Diary
from hub.guard.errors import TroubleError
from policies.calendar import now
from policies.journal.append import Journal
from policies.journal.read import read_journal
from policies.journal.verify import verify


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "guard"


@pytest.fixture
def diary(folder: Path) -> Diary:
    return Diary(Journal(folder, "guard"))


def break_journal(folder: Path) -> None:
    folder.write_text("a file where the journal should be")


def entries(folder: Path) -> list[tuple[str, dict[str, object]]]:
    return [(each.entry.kind, each.payload or {}) for each in read_journal(folder)]


def test_an_end_that_could_not_be_journaled_comes_before_the_next_start(diary: Diary, folder: Path) -> None:
    break_journal(folder)
    begun = now()
    for container in ("a", "b"):
        diary.try_to_write("stop", {"container": container})
    folder.unlink()
    diary.write("start", {"container": "c"})
    found = entries(folder)
    assert [(kind, payload["container"]) for kind, payload in found] == [("stop", "a"), ("stop", "b"), ("start", "c")]
    moments = [datetime.fromisoformat(str(payload["happened"])) for _, payload in found[:2]]
    assert begun <= moments[0] <= moments[1] <= now()
    assert "happened" not in found[2][1]
    assert verify(folder).sound


def test_what_is_owed_is_journaled_once_and_counted_once(diary: Diary, folder: Path) -> None:
    break_journal(folder)
    diary.try_to_write("enforcement", {})
    assert diary.counts() == {}
    folder.unlink()
    for _ in range(2):
        diary.pay()
    assert [kind for kind, _ in entries(folder)] == ["enforcement"]
    assert diary.counts() == {"enforcement": 1}


def test_nothing_is_journaled_before_what_is_owed(diary: Diary, folder: Path) -> None:
    break_journal(folder)
    diary.try_to_write("stop", {})
    for act in (diary.pay, lambda: diary.write("start", {})):
        with pytest.raises(TroubleError, match="journal"):
            act()


def test_a_start_that_could_not_be_journaled_is_owed_nothing(diary: Diary, folder: Path) -> None:
    break_journal(folder)
    with pytest.raises(TroubleError):
        diary.write("start", {})
    folder.unlink()
    diary.pay()
    assert not folder.exists() or entries(folder) == []
