"""Nothing that a person owns may redirect root; what is not an empty mount point is never removed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from hub.guard.errors import TroubleError
from hub.guard.host.folders import (
    ROOT_ONLY,
    Owner,
    check_immutable,
    ensure_folder,
    opened,
    remove_points,
    remove_tree,
    write_note,
)

ME = Owner(os.getuid(), os.getgid(), 0o2750)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_is_made_with_its_mode_and_what_is_above_it_is_roots_alone(tmp_path: Path) -> None:
    assert ensure_folder(tmp_path, ["a", "b"], ME, ROOT_ONLY) is True
    assert (mode(tmp_path / "a"), mode(tmp_path / "a" / "b")) == (0o700, 0o2750)
    assert ensure_folder(tmp_path, ["a", "b"], ME, ROOT_ONLY) is False


@pytest.mark.parametrize("dies_at", ["fchown", "fchmod"])
def test_whoever_dies_while_giving_a_folder_away_leaves_one_that_is_made_whole_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    person = Owner(200_901, 400_901, 0o2700)
    with monkeypatch.context() as dying:
        dying.setattr(os, dies_at, die)
        with pytest.raises(KeyboardInterrupt):
            ensure_folder(tmp_path, ["home"], person)
    ensure_folder(tmp_path, ["home"], person)
    found = (tmp_path / "home").stat()
    assert (found.st_uid, found.st_gid, mode(tmp_path / "home")) == (200_901, 400_901, 0o2700)


def test_a_link_on_the_way_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to("elsewhere")
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "b").symlink_to(tmp_path / "elsewhere")
    for steps in (["link", "b"], ["real", "b"], ["link"]):
        with pytest.raises(OSError, match="[Nn]ot a directory|symbolic"):
            ensure_folder(tmp_path, steps, ME)
        with pytest.raises(OSError, match="[Nn]ot a directory|symbolic"), opened(tmp_path, *steps):
            pass
    assert mode(tmp_path / "elsewhere") != 0o2750


@pytest.mark.parametrize("step", ["", ".", "..", "a/b", "/etc"])
def test_a_step_is_the_name_of_one_folder(tmp_path: Path, step: str) -> None:
    with pytest.raises(ValueError, match="one folder"):
        ensure_folder(tmp_path, [step], ME)
    with pytest.raises(ValueError, match="one folder"), opened(tmp_path, step):
        pass


def test_a_note_is_new_readable_by_all_and_never_written_through_a_link(tmp_path: Path) -> None:
    write_note(tmp_path, [], "note", "é")
    assert ((tmp_path / "note").read_text(), mode(tmp_path / "note")) == ("é", 0o444)
    (tmp_path / "link").symlink_to("target")
    for taken in ("note", "link"):
        with pytest.raises(FileExistsError):
            write_note(tmp_path, [], taken, "x")
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("bits", [0o020, 0o002])
def test_a_version_that_somebody_can_write_is_refused(tmp_path: Path, bits: int) -> None:
    tmp_path.chmod(0o755 | bits)
    with opened(tmp_path) as handle, pytest.raises(TroubleError, match="protégée"):
        check_immutable(handle, "a/b/c")


def test_removing_a_tree_removes_its_links_and_not_what_they_lead_to(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "link").symlink_to(tmp_path / "kept")
    remove_tree(tmp_path / "tree")
    remove_tree(tmp_path / "tree")
    assert [path.name for path in tmp_path.rglob("*")] == ["kept", "file"]


def test_a_mount_point_that_still_holds_files_stops_the_removal_and_keeps_them(tmp_path: Path) -> None:
    """A space that were still mounted would look like this."""
    home = tmp_path / "points" / "home"
    home.mkdir(parents=True)
    (home / "thesis.ipynb").write_text("years of work")
    with pytest.raises(OSError, match="not empty"):
        remove_points(tmp_path / "points", [])
    assert (home / "thesis.ipynb").read_text() == "years of work"


def test_empty_mount_points_and_notes_are_removed(tmp_path: Path) -> None:
    note = tmp_path / "points" / "donnees" / "LISEZ-MOI.md"
    (note.parent / "revenus" / "p2024").mkdir(parents=True)
    note.touch()
    remove_points(tmp_path / "points", [note])
    remove_points(tmp_path / "points", [note])
    assert list(tmp_path.iterdir()) == []
