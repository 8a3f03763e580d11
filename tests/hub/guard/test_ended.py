"""Why a workspace ended is kept until the next one of its name runs; what cannot be read says nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.guard.judging.effects import REGISTER, said
from hub.guard.watching.ended import Ended, EndedStore
from policies.errors import InvalidFilesError
from policies.names import WorkspaceName

NAME = WorkspaceName("pana01", "aides-etude")
ENDED = Ended(
    moment=datetime(2026, 5, 4, tzinfo=UTC), cause="right", losses=(said(REGISTER, "Plus demandée.", "revenus/p2024"),)
)


@pytest.fixture
def store(tmp_path: Path) -> EndedStore:
    made = EndedStore(tmp_path / "ended")
    made.prepare()
    return made


def test_a_reason_is_read_as_it_was_written_until_it_is_forgotten(store: EndedStore) -> None:
    assert store.read(NAME) is None
    store.write(NAME, ENDED)
    assert store.read(NAME) == store.said(NAME) == ENDED
    store.forget(NAME)
    store.forget(NAME)
    assert store.said(NAME) is None


def test_a_later_reason_replaces_an_earlier_one(store: EndedStore) -> None:
    store.write(NAME, ENDED)
    later = ENDED.model_copy(update={"cause": "source", "losses": ()})
    store.write(NAME, later)
    assert store.read(NAME) == later


def test_a_reason_that_cannot_be_read_says_nothing(store: EndedStore, tmp_path: Path) -> None:
    (tmp_path / "ended" / f"{NAME}.json").write_text('{"cause": "magic"}')
    assert store.said(NAME) is None
    with pytest.raises(InvalidFilesError):
        store.read(NAME)


def test_reasons_are_roots_alone(store: EndedStore, tmp_path: Path) -> None:
    store.write(NAME, ENDED)
    assert (tmp_path / "ended").stat().st_mode & 0o077 == 0
    assert (tmp_path / "ended" / f"{NAME}.json").stat().st_mode & 0o077 == 0
