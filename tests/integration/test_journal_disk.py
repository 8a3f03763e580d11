"""A full disk, for real: nothing half journaled, nothing started, and everything goes on once there is room."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from policies.errors import UnavailableError
from policies.journal.append import Journal
from policies.journal.read import read_journal
from policies.journal.verify import verify


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 kB; mounting it needs root, as the guard's tests do."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)], check=True)
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(place: Path, leave: int) -> Path:
    """Fill a file system but for some bytes; returns the file to remove."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * 4096)
        except OSError:
            stream.truncate(max(0, stream.tell() - leave))
    return filler


def append_until_refused(journal: Journal) -> int:
    """Number of entries that were written before the disk was full."""
    for number in range(1, 2000):
        try:
            journal.append("start", {"number": number})
        except UnavailableError as error:
            if "No space left on device" not in str(error):
                raise
            return number - 1
    raise AssertionError("the disk never filled")


@pytest.mark.parametrize("leave", [0, 4096, 8192, 40_960])
def test_a_full_disk_refuses_and_loses_nothing(disk: Path, leave: int) -> None:
    folder = disk / "guard"
    journal = Journal(folder, "guard")
    journal.append("start", {"number": 0})
    filler = fill(disk, leave)
    written = append_until_refused(journal)
    assert verify(folder).entries == written + 1
    filler.unlink()
    for again in (journal, Journal(folder, "guard")):
        again.append("stop", {})
    report = verify(folder)
    assert (report.entries, report.flaw) == (written + 3, None)
    numbers = [each.payload["number"] for each in read_journal(folder) if each.payload]
    assert numbers == list(range(written + 1))


def test_a_journal_on_a_full_disk_does_not_begin(disk: Path) -> None:
    fill(disk, 0)
    with pytest.raises(UnavailableError, match="cannot be written"):
        Journal(disk / "guard", "guard").append("start", {})


def test_a_read_only_disk_takes_nothing_and_verifies(disk: Path) -> None:
    journal = Journal(disk / "guard", "guard")
    journal.append("start", {})
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(UnavailableError, match="Read-only file system"):
        journal.append("stop", {})
    assert (verify(disk / "guard").entries, verify(disk / "guard").flaw) == (1, None)
