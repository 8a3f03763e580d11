"""The law followed is the one on disk: a change is taken up, a broken law stops everything until it is mended."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from policies.engine import follow
from policies.engine.follow import LawFollower
from policies.errors import InvalidFilesError, UnavailableError
from tests.policies.engine.written import OPEN_CASES, OPEN_TO_ALL, SOURCE, case, small_law, write_law

RULE = "rules/read/EX-01/rule.yaml"
CASES = "rules/read/EX-01/cases.yaml"


def test_an_unchanged_law_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    load = follow.load_law
    monkeypatch.setattr(follow, "load_law", lambda folder: read.append(folder) or load(folder))
    follower = LawFollower(write_law(tmp_path, small_law()))
    assert follower.current() is follower.current()
    assert read == [tmp_path]


@pytest.mark.parametrize(
    "change",
    [
        {"sources/code.yaml": SOURCE | {"note": "relu"}},
        {"sources/other.yaml": SOURCE},
        {RULE: OPEN_TO_ALL | {"message": "Vous êtes SUSPENDU."}},
    ],
    ids=["another content", "another file", "another content of the same size"],
)
def test_a_change_is_taken_up_at_the_next_look(tmp_path: Path, change: dict[str, Any]) -> None:
    follower = LawFollower(write_law(tmp_path, small_law()))
    before = follower.current()
    write_law(tmp_path, change)
    assert follower.current().digest != before.digest


def test_a_removed_file_is_taken_up(tmp_path: Path) -> None:
    follower = LawFollower(write_law(tmp_path, small_law() | {"sources/other.yaml": SOURCE}))
    before = follower.current()
    (tmp_path / "sources/other.yaml").unlink()
    assert (sorted(before.sources), sorted(follower.current().sources)) == (["code", "other"], ["code"])


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({RULE: "effect: ["}, f"{RULE}: line 2"),
    ({RULE: OPEN_TO_ALL | {"ask": "nobody"}}, f"{RULE}: ask: unknown contact nobody"),
    (
        {CASES: [*OPEN_CASES, case("error", facts={"person.suspended": True})]},
        f"{RULE}: La règle EX-01 ne passe plus son cas « it error »",
    ),
]


@pytest.mark.parametrize(("change", "expected"), BROKEN, ids=["malformed", "wrong", "a case that fails"])
def test_a_broken_law_is_refused_each_time_and_mended_by_the_next_change(
    tmp_path: Path, change: dict[str, Any], expected: str
) -> None:
    follower = LawFollower(write_law(tmp_path, small_law()))
    good = follower.current()
    write_law(tmp_path, change)
    for _ in range(2):
        with pytest.raises(InvalidFilesError) as raised:
            follower.current()
        assert str(raised.value).startswith(expected)
    write_law(tmp_path, small_law())
    assert follower.current().digest == good.digest


def test_a_law_that_cannot_be_read_is_unavailable_and_not_the_last_one(tmp_path: Path) -> None:
    follower = LawFollower(write_law(tmp_path / "law", small_law()))
    follower.current()
    shutil.rmtree(tmp_path / "law")
    with pytest.raises(UnavailableError, match="the law cannot be read: No such file or directory"):
        follower.current()


def test_a_law_that_changes_while_it_is_read_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_law(tmp_path, small_law())
    load = follow.load_law
    notes = iter(["première relecture", ""])

    def load_while_edited(path: Path) -> Any:
        law = load(path)
        if note := next(notes):
            write_law(folder, {"sources/code.yaml": SOURCE | {"note": note}})
        return law

    monkeypatch.setattr(follow, "load_law", load_while_edited)
    assert LawFollower(folder).current().sources["code"].note == "première relecture"


def test_a_law_that_never_stops_changing_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_law(tmp_path, small_law())
    load = follow.load_law
    count = iter(range(100))

    def load_while_edited(path: Path) -> Any:
        law = load(path)
        write_law(folder, {f"sources/s{next(count)}.yaml": SOURCE})
        return law

    monkeypatch.setattr(follow, "load_law", load_while_edited)
    with pytest.raises(UnavailableError, match="keeps changing"):
        LawFollower(folder).current()
