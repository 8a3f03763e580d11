"""What the launcher does is journaled before it is done; a law is kept and journaled before it is enforced."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from hub.launch import acts
from hub.launch.acts import enforce_law, journal_act
from policies.contents import Contents
from policies.engine.load import load_law
from policies.engine.past import past_law
from policies.errors import InvalidFilesError, UnavailableError
from policies.journal.operator import operator_uid
from policies.journal.read import read_journal
from policies.settings import Places
from tests.support.judged import LAW_FOLDER, shipped_law

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the installed law is root's; `make test` runs as root")
ROWS = "parameters/skills/reading_rows.yaml"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    found = Places(program=tmp_path, law=tmp_path / "law", state=tmp_path / "state", run=tmp_path / "run")
    found.state.mkdir()
    found.law.mkdir()
    return found


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LAW_FOLDER, tmp_path / "source"))


def edit(law: Path) -> str:
    """The digest of the law after somebody adds a remark to a file of it."""
    (law / ROWS).write_text((law / ROWS).read_text() + "# une remarque\n")
    return load_law(law).digest


def journaled(places: Places) -> list[dict[str, Any] | None]:
    return [each.payload for each in read_journal(places.journal("launch"))]


def test_a_first_law_is_kept_journaled_and_enforced(places: Places, source: Path) -> None:
    assert enforce_law(source, places)
    digest = shipped_law().digest
    [told] = journaled(places)
    assert told is not None
    assert (told["before"], told["after"], told["files"][ROWS]["before"]) == (None, digest, None)
    assert (load_law(places.law).digest, past_law(Contents(places.grounds), digest).digest) == (digest, digest)


def test_a_changed_law_says_which_files_changed(places: Places, source: Path) -> None:
    enforce_law(source, places)
    digest = edit(source)
    enforce_law(source, places)
    told = journaled(places)[-1]
    assert told is not None
    assert (told["before"], told["after"], list(told["files"])) == (shipped_law().digest, digest, [ROWS])


def test_the_same_law_is_not_journaled_again(places: Places, source: Path) -> None:
    enforce_law(source, places)
    assert not enforce_law(source, places)
    assert len(journaled(places)) == 1


def test_a_law_that_was_edited_in_place_is_kept_before_it_goes(places: Places, source: Path) -> None:
    enforce_law(source, places)
    edited = edit(places.law)
    enforce_law(source, places)
    told = journaled(places)[-1]
    assert told is not None
    assert (told["before"], past_law(Contents(places.grounds), edited).digest) == (edited, edited)


def test_a_folder_that_is_no_law_is_not_enforced(places: Places, source: Path) -> None:
    (source / "notes.txt").touch()
    with pytest.raises(InvalidFilesError, match="not a place of the law"):
        enforce_law(source, places)
    assert (list(places.law.iterdir()), journaled(places)) == ([], [])


def test_a_law_that_cannot_be_journaled_is_not_enforced(places: Places, source: Path) -> None:
    enforce_law(source, places)
    (places.journal("launch") / "chain.jsonl").unlink()
    edit(source)
    with pytest.raises(UnavailableError, match="restore it from a copy"):
        enforce_law(source, places)
    assert load_law(places.law).digest == shipped_law().digest


def test_an_act_says_which_host_account_did_it(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_UID", "1001")
    journal_act(places, "restart", processes=["hub"])
    assert journaled(places) == [{"action": "restart", "uid": 1001, "processes": ["hub"]}]
    assert acts.ACCOUNT == "launch"


@pytest.mark.parametrize(("said", "uid"), [("1001", 1001), ("", os.getuid()), ("-1", os.getuid()), ("x", os.getuid())])
def test_the_operator_is_who_became_root_else_who_runs(monkeypatch: pytest.MonkeyPatch, said: str, uid: int) -> None:
    monkeypatch.setenv("SUDO_UID", said)
    assert operator_uid() == uid
