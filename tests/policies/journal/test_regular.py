"""What another account put where a file should be is refused, at once, and nothing stays open."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from policies.journal.regular import open_regular


def put(place: Path, what: str) -> None:
    if what == "pipe":
        os.mkfifo(place)
    elif what == "folder":
        place.mkdir()
    elif what == "link":
        (place.parent / "elsewhere").write_bytes(b"content")
        place.symlink_to("elsewhere")


@pytest.mark.parametrize("what", ["pipe", "folder", "link", "nothing"])
def test_what_is_no_file_is_refused_and_leaves_nothing_open(tmp_path: Path, what: str) -> None:
    put(tmp_path / "chain", what)
    before = os.listdir("/proc/self/fd")
    with pytest.raises(OSError, match=r"is no file|symbolic links|No such file"):
        open_regular(tmp_path / "chain")
    assert os.listdir("/proc/self/fd") == before


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "chain").write_bytes(b"content")
    with open_regular(tmp_path / "chain") as stream:
        assert stream.read() == b"content"
