"""What a document said is read back from the register's history, as far as a day and no further."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

import pytest

from onboarding.history import Past
from onboarding.storing import Storage
from policies.errors import UnavailableError
from policies.register.project import Project
from tests.support.small_register import Values, changed, numbered, store

AIDES = "projects/aides.yaml"


def recorded(folder: Path, *states: tuple[str, dict[str, Values]]) -> list[str]:
    """A register that said each of these, one after the other, at noon of the day that is given."""
    digests: list[str] = []
    for day, documents in states:
        moment = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=12)
        previous = digests[-1] if digests else None
        digests.append(store(folder, documents, previous, f"{moment:%Y-%m-%dT%H:%M:%SZ}"))
    return digests


def named(name: str) -> dict[str, Values]:
    return changed(numbered(), AIDES, "name", to=name)


def without() -> dict[str, Values]:
    return {path: each for path, each in numbered().items() if path != AIDES}


def names(folder: Path, since: str, path: str = AIDES) -> list[str]:
    """What the project was called, the latest first."""
    found = Past(Storage(folder))(path, date.fromisoformat(since))
    return [each.name for each in found if isinstance(each, Project)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Called A, B, B beside another change, gone, C, D."""
    elsewhere = changed(named("B"), "datalab.yaml", "name", to="Autre")
    recorded(
        tmp_path,
        ("2026-01-10", named("A")),
        ("2026-01-20", named("B")),
        ("2026-02-01", elsewhere),
        ("2026-02-10", without()),
        ("2026-02-20", named("C")),
        ("2026-03-01", named("D")),
    )
    return tmp_path


def test_what_it_says_now_is_left_out_and_each_other_name_is_told_once(folder: Path) -> None:
    assert names(folder, "2026-01-01") == ["C", "B", "A"]


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2026-03-03", []),
        ("2026-03-02", ["C"]),
        ("2026-02-21", ["C"]),
        ("2026-02-12", ["C"]),
        ("2026-02-11", ["C", "B"]),
        ("2026-01-22", ["C", "B"]),
        ("2026-01-21", ["C", "B", "A"]),
    ],
)
def test_it_is_followed_to_the_day_and_the_one_before_it(folder: Path, since: str, expected: list[str]) -> None:
    """What stood when the first change of these days was made is told too."""
    assert names(folder, since) == expected


def test_a_document_that_was_never_there_said_nothing(folder: Path) -> None:
    assert names(folder, "2026-01-01", "projects/autre.yaml") == []


def test_a_register_that_was_never_recorded_said_nothing(tmp_path: Path) -> None:
    assert names(tmp_path, "2026-01-01") == []


@pytest.mark.parametrize("what", ["a manifest", "a content"])
def test_what_was_forgotten_is_told_and_not_passed_over(what: str, tmp_path: Path) -> None:
    states = [("2026-01-10", named("A")), ("2026-01-20", named("B")), ("2026-02-01", named("C"))]
    first, second, _ = recorded(tmp_path, *states)
    manifest = Storage(tmp_path).past_manifest(first if what == "a content" else second)
    name = manifest.documents[AIDES] if what == "a content" else second
    (tmp_path / "history" / name).unlink()
    found = Past(Storage(tmp_path))(AIDES, date(2026, 1, 1))
    if what == "a content":
        assert [each.name for each in islice(found, 1) if isinstance(each, Project)] == ["B"]
    with pytest.raises(UnavailableError, match="missing|forgotten"):
        list(found)
    assert names(tmp_path, "2026-02-05") == [], "nothing of these days was forgotten"


def test_history_is_walked_once_for_all_documents_and_anew_after_a_change(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    whole = Storage.past_manifest
    monkeypatch.setattr(Storage, "past_manifest", lambda self, digest: read.append(digest) or whole(self, digest))
    past, since = Past(Storage(folder)), date(2026, 1, 1)
    assert [len(list(past(path, since))) for path in (AIDES, AIDES, "datalab.yaml")] == [3, 3, 2]
    assert len(read) == len(set(read)) == 5
    assert len(list(islice(past(AIDES, since), 1))) == 1, "whoever stops early leaves the rest to the next one"
    store(folder, named("E"), past._walked[0].digest, "2026-03-10T12:00:00Z")
    assert [each.name for each in past(AIDES, since) if isinstance(each, Project)] == ["D", "C", "B", "A"]
    assert len(read) == 11


def test_one_that_was_stopped_early_is_gone_on_with_where_it_stopped(folder: Path) -> None:
    past, since = Past(Storage(folder)), date(2026, 1, 1)
    assert len(list(islice(past(AIDES, since), 1))) == 1
    assert len(list(past(AIDES, date(2026, 2, 21)))) == 1
    assert len(list(past(AIDES, since))) == 3


def test_a_manifest_that_cannot_be_read_is_told_each_time(folder: Path) -> None:
    past = Past(Storage(folder))
    (folder / "manifest.json").write_text("{")
    for _ in range(2):
        with pytest.raises(UnavailableError, match="not a manifest of the register"):
            list(past(AIDES, date(2026, 1, 1)))
