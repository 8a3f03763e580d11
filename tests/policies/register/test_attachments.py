"""A title's file counts by what it holds now, and only files that lie in the folder itself are seen."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from policies.files import fingerprint
from policies.register.attachments import Attachments


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _write(path: Path, content: bytes, age_s: float = 10) -> None:
    """A file that was last written to a while ago, so that its signature can be trusted."""
    path.write_bytes(content)
    moment = time.time() - age_s
    os.utime(path, (moment, moment))


def test_a_replaced_file_is_seen_at_once(tmp_path: Path) -> None:
    attachments = Attachments(tmp_path, clock=Hands())
    _write(tmp_path / "avis.pdf", b"avis")
    before = attachments.current()
    _write(tmp_path / "new", b"autre")
    (tmp_path / "new").rename(tmp_path / "avis.pdf")
    assert (dict(before), dict(attachments.current())) == (
        {"avis.pdf": fingerprint(b"avis")},
        {"avis.pdf": fingerprint(b"autre")},
    )


def test_a_file_written_in_place_is_seen_at_the_next_sweep(tmp_path: Path) -> None:
    clock = Hands()
    attachments = Attachments(tmp_path, every_s=5, clock=clock)
    _write(tmp_path / "avis.pdf", b"avis")
    attachments.current()
    (tmp_path / "avis.pdf").write_bytes(b"faux")
    clock.now = 4.9
    kept = dict(attachments.current())
    clock.now = 5.0
    assert (kept, dict(attachments.current())) == (
        {"avis.pdf": fingerprint(b"avis")},
        {"avis.pdf": fingerprint(b"faux")},
    )


def test_a_file_written_twice_within_one_tick_is_not_taken_for_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a file system whose clock is coarse both writes look the same: only a content that settled is kept."""
    monkeypatch.setattr("policies.register.attachments.signature", lambda _: (0, 0, 0, 0))
    clock = Hands()
    attachments = Attachments(tmp_path, every_s=5, clock=clock)
    (tmp_path / "avis.pdf").write_bytes(b"avis")
    attachments.current()
    (tmp_path / "avis.pdf").write_bytes(b"faux")
    clock.now = 5.0
    assert dict(attachments.current()) == {"avis.pdf": fingerprint(b"faux")}


def test_nothing_changed_is_the_same_object(tmp_path: Path) -> None:
    clock = Hands()
    attachments = Attachments(tmp_path, clock=clock)
    _write(tmp_path / "avis.pdf", b"avis")
    before = attachments.current()
    clock.now = 60.0
    assert attachments.current() is before


def test_links_folders_pipes_and_hidden_files_are_not_there(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"x")
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "lien.pdf").symlink_to(secret)
    (folder / "dossier").mkdir()
    os.mkfifo(folder / "tube")
    _write(folder / ".cache.pdf", b"x")
    _write(folder / "avis.pdf", b"avis")
    assert dict(Attachments(folder).current()) == {"avis.pdf": fingerprint(b"avis")}


def test_without_folder_there_is_no_file(tmp_path: Path) -> None:
    assert dict(Attachments(tmp_path / "files").current()) == {}
