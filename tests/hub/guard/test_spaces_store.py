"""A label is durable before its space is shown; labels grow, and what no longer fits is sealed."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from hub.guard.errors import TroubleError
from hub.guard.host.spaces_store import Shown, SpacesStore
from policies.access.spaces import project_space_id
from policies.names import WorkspaceName

NAME = WorkspaceName("p7f3k2", "aides-ciblage")
DAY = date(2026, 5, 4)
SMALL, LARGE = frozenset({"a/p1"}), frozenset({"a/p1", "b/p1"})
HOMES = ("aides-ciblage", "homes", "p7f3k2")


@pytest.fixture
def store(tmp_path: Path) -> SpacesStore:
    return SpacesStore(tmp_path)


def show(store: SpacesStore, label: frozenset[str], day: date = DAY) -> Shown:
    return store.show(NAME, os.getuid(), os.getgid(), label, day)


def label_of(store: SpacesStore, steps: tuple[str, ...]) -> dict[str, object]:
    folder = store.folder.joinpath(*steps)
    found: dict[str, object] = json.loads(folder.with_name(f"{folder.name}.json").read_text())
    return found


def test_a_first_home_and_project_space_begin_with_the_label_of_the_grants(store: SpacesStore) -> None:
    shown = show(store, SMALL)
    assert shown == Shown((*HOMES, "1"), ("aides-ciblage", "projet", project_space_id(SMALL)))
    assert label_of(store, shown.home) == {"id": "1", "label": ["a/p1"], "since": "2026-05-04"}
    assert label_of(store, shown.project)["label"] == ["a/p1"]
    assert all(store.folder.joinpath(*steps).is_dir() for steps in (shown.home, shown.project))


def test_a_home_stays_and_its_label_grows(store: SpacesStore) -> None:
    assert show(store, SMALL).home == show(store, LARGE).home == (*HOMES, "1")
    assert label_of(store, (*HOMES, "1"))["label"] == ["a/p1", "b/p1"]


def test_a_home_with_more_than_todays_grants_is_sealed_and_kept(store: SpacesStore) -> None:
    show(store, LARGE)
    (store.folder.joinpath(*HOMES) / "1" / "copy").touch()
    assert show(store, SMALL, date(2026, 6, 1)).home == (*HOMES, "2")
    assert [space.id for space in store.home_choice(NAME, SMALL).sealed] == ["1"]
    assert (store.folder.joinpath(*HOMES) / "1" / "copy").exists()
    assert show(store, LARGE).home == (*HOMES, "1")


def test_numbers_of_homes_are_never_used_again(store: SpacesStore) -> None:
    show(store, LARGE)
    show(store, SMALL)
    assert show(store, frozenset()).home == (*HOMES, "3")


def test_a_project_space_of_another_label_is_another_space(store: SpacesStore) -> None:
    assert show(store, SMALL).project != show(store, LARGE).project
    assert show(store, SMALL).project == show(store, SMALL).project


def test_two_processings_of_one_person_have_different_homes(store: SpacesStore) -> None:
    other = store.show(WorkspaceName("p7f3k2", "autre-etude"), os.getuid(), os.getgid(), SMALL, DAY)
    assert set(other.home[:2]) & set(show(store, SMALL).home[:2]) == {"homes"}


def test_a_label_that_cannot_be_read_shows_nothing(store: SpacesStore) -> None:
    shown = show(store, LARGE)
    store.folder.joinpath(*HOMES, "1.json").write_text('{"id": "1", "label": []')
    with pytest.raises(TroubleError, match="illisible"):
        show(store, frozenset())
    assert store.folder.joinpath(*shown.home).is_dir()


def test_a_space_whose_label_was_kept_and_whose_folder_was_not_made_is_made(store: SpacesStore) -> None:
    """As after a crash between the two."""
    shown = show(store, SMALL)
    store.folder.joinpath(*shown.home).rmdir()
    assert show(store, SMALL) == shown
    assert store.folder.joinpath(*shown.home).is_dir()


def test_a_label_that_a_killed_guard_left_half_written_goes_and_the_spaces_stay(store: SpacesStore) -> None:
    shown = show(store, SMALL)
    beside = [store.folder.joinpath(*steps) for steps in (shown.home, shown.project)]
    for folder in beside:
        folder.with_name(f".{folder.name}.json.abcd1234").touch()
        (folder / ".mine.json.abcd1234").touch()
    store.clear_half_written()
    assert [path for path in store.folder.rglob(".*") if path.parent not in beside] == []
    assert [(folder / ".mine.json.abcd1234").exists() for folder in beside] == [True, True]
    assert show(store, SMALL) == shown
