"""An append returns once its entry lasts, in a chain that several threads and processes may share."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import policies.journal.append as appending
import policies.journal.chain as chaining
from policies.errors import DatalabError, UnavailableError
from policies.journal.append import Journal
from policies.journal.read import Recorded, read_journal
from policies.journal.verify import verify
from tests.support.journals import write_journal

ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "guard"


def payloads(folder: Path) -> list[dict[str, Any] | None]:
    return [each.payload for each in read_journal(folder)]


def test_an_entry_is_returned_as_it_stands_in_the_file(folder: Path) -> None:
    journal = Journal(folder, "guard")
    entries = [journal.append("start", {"number": number}) for number in range(3)]
    assert list(read_journal(folder)) == [Recorded(entry, {"number": n}) for n, entry in enumerate(entries)]
    assert [entry.n for entry in entries] == [1, 2, 3]
    assert verify(folder).sound


def test_a_payload_stands_under_its_class_and_day(folder: Path) -> None:
    write_journal(folder)
    found = sorted(str(path.relative_to(folder)) for path in folder.glob("payloads/*/*"))
    assert found == [
        "payloads/access/2026-03-01.jsonl",
        "payloads/access/2026-03-02.jsonl",
        "payloads/security/2026-03-02.jsonl",
    ]


def test_no_payload_is_in_the_chain(folder: Path) -> None:
    Journal(folder, "guard").append("start", {"person": "p7f3k2"})
    assert b"p7f3k2" not in (folder / "chain.jsonl").read_bytes()


def test_equal_payloads_have_different_commitments(folder: Path) -> None:
    journal = Journal(folder, "guard")
    assert journal.append("start", {}).commitment != journal.append("start", {}).commitment


def test_the_folder_is_named_after_the_account(folder: Path) -> None:
    with pytest.raises(DatalabError, match="named hub"):
        Journal(folder, "hub")


def test_what_may_not_be_journaled_leaves_nothing(folder: Path) -> None:
    with pytest.raises(DatalabError):
        Journal(folder, "guard").append("start", {"password": "x"})
    assert not folder.exists()


def test_a_payload_lasts_before_its_line_and_the_line_before_append_returns(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fdatasync
    monkeypatch.setattr(
        chaining.os, "fdatasync", lambda fd: (synced.append(Path(f"/proc/self/fd/{fd}").readlink().name), real(fd))
    )
    journal = Journal(folder, "guard")
    entry = journal.append("start", {})
    assert synced[-2:] == [f"{entry.day}.jsonl", "chain.jsonl"]


def test_threads_get_each_their_own_entry_and_share_syncs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs = []
    real = os.fdatasync

    def slow_sync(fd: int) -> None:
        syncs.append(fd)
        time.sleep(0.002)
        real(fd)

    monkeypatch.setattr(chaining.os, "fdatasync", slow_sync)
    journal = Journal(folder, "guard")
    got: dict[int, list[int]] = {}

    def write(index: int) -> None:
        got[index] = [journal.append("start", {"writer": index, "number": n}).n for n in range(20)]

    threads = [threading.Thread(target=write, args=(index,)) for index in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(n for each in got.values() for n in each) == list(range(1, 641))
    assert all(each == sorted(each) for each in got.values())
    recorded = {each.entry.n: each.payload for each in read_journal(folder)}
    assert all(recorded[n] == {"writer": w, "number": i} for w, ns in got.items() for i, n in enumerate(ns))
    assert verify(folder).sound
    assert len(syncs) < 2 * 640 / 5


WRITER = """
import sys
from pathlib import Path
from policies.journal.append import Journal
journal = Journal(Path(sys.argv[1]), "guard")
for number in range(int(sys.argv[2])):
    journal.append("start", {"number": number})
    print(number, flush=True)
"""


def start_writer(folder: Path, entries: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WRITER, str(folder), str(entries)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)


def test_processes_take_turns_in_one_chain(folder: Path) -> None:
    writers = [start_writer(folder, 40) for _ in range(3)]
    assert [len(writer.communicate()[0].split()) for writer in writers] == [40, 40, 40]
    report = verify(folder)
    assert (report.entries, report.flaw) == (120, None)


def test_nothing_acknowledged_is_lost_when_a_writer_is_killed(folder: Path) -> None:
    for _ in range(3):
        before = len(payloads(folder))
        writer = start_writer(folder, 100_000)
        assert writer.stdout
        for _ in range(30):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        acknowledged = 30 + len(writer.communicate()[0].splitlines())
        numbers = [payload["number"] for payload in payloads(folder)[before:] if payload and "number" in payload]
        assert numbers[:acknowledged] == list(range(acknowledged))
    Journal(folder, "guard").append("start", {})
    assert verify(folder).sound


@pytest.mark.parametrize("torn", [b"{", b'{"class":"access","commitment":"', b"\0" * 300, b"x" * 5000])
def test_a_torn_line_is_cut_by_the_next_append_and_that_is_journaled(folder: Path, torn: bytes) -> None:
    write_journal(folder, 2)
    with (folder / "chain.jsonl").open("ab") as stream:
        stream.write(torn)
    flaw = verify(folder).flaw
    assert flaw
    assert flaw.kind == "truncated"
    entry = Journal(folder, "guard").append("stop", {})
    recorded = [(each.entry.n, each.entry.kind, each.payload) for each in read_journal(folder)][2:]
    assert recorded == [(3, "journal_repaired", {"bytes": len(torn)}), (4, "stop", {})]
    assert entry.n == 4
    assert verify(folder).sound


def test_payloads_whose_line_was_never_written_are_stray_and_harm_nothing(folder: Path) -> None:
    journal = write_journal(folder, 4)
    payload = folder / "payloads" / "access" / "2026-03-02.jsonl"
    line = payload.read_bytes()
    strays = [line.replace(b'"n":4', f'"n":{n}'.encode()) for n in (5, 6)]
    payload.write_bytes(b"".join([line, *strays, b'{"n":7,"payl']))
    for number in range(4):
        journal.append("start", {"more": number})
    report = verify(folder)
    assert (report.entries, report.flaw, report.strays) == (8, None, 2)
    assert payloads(folder)[4:] == [{"more": number} for number in range(4)]


@pytest.mark.parametrize("damage", ["cut", "replaced", "removed"])
def test_a_chain_that_is_cut_or_replaced_in_use_takes_nothing_more(folder: Path, damage: str) -> None:
    journal = write_journal(folder, 3)
    chain = folder / "chain.jsonl"
    content = chain.read_bytes()
    chain.unlink()
    if damage != "removed":
        chain.write_bytes(content[: content.rindex(b"\n", 0, -1) + 1] if damage == "cut" else content + content)
    with pytest.raises(UnavailableError, match=r"verify it|restore it"):
        journal.append("stop", {})


def test_a_chain_whose_last_line_is_not_a_line_takes_nothing(folder: Path) -> None:
    write_journal(folder, 2)
    with (folder / "chain.jsonl").open("ab") as stream:
        stream.write(b"not a line\n")
    with pytest.raises(UnavailableError, match="verify it"):
        Journal(folder, "guard").append("stop", {})


def test_a_lock_that_is_kept_makes_the_journal_unavailable(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = write_journal(folder, 1)
    monkeypatch.setattr(chaining, "LOCK_PATIENCE_S", 0.05)
    with chaining.ChainFolder(folder, "guard").locked(), pytest.raises(UnavailableError, match="keeps the lock"):
        journal.append("stop", {})
    assert journal.append("stop", {}).n == 2


FULL = """
import resource, sys
from pathlib import Path
from policies.errors import UnavailableError
from policies.journal.append import Journal
journal = Journal(Path(sys.argv[1]), "guard")
journal.append("start", {"number": 0})
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    for number in range(1, 1000):
        journal.append("start", {"number": number})
except UnavailableError as error:
    print(error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(journal.append("stop", {}).n == number + 1)
"""


@pytest.mark.parametrize("room", [1_000, 1_337, 5_000])
def test_a_file_that_cannot_grow_refuses_the_entry_whole(folder: Path, room: int) -> None:
    command = [sys.executable, "-c", FULL, str(folder), str(room)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.splitlines()
    assert "cannot be written: File too large" in said[0]
    assert said[1] == "True"
    assert verify(folder).sound


def test_one_failure_is_told_to_every_writer_of_the_group(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = write_journal(folder, 1)
    monkeypatch.setattr(appending, "chain_links", _no_space)
    told: list[str] = []

    def write() -> None:
        with pytest.raises(UnavailableError) as refused:
            journal.append("start", {})
        told.append(str(refused.value))

    threads = [threading.Thread(target=write) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert told == [f"{folder}: cannot be written: No space left on device; free space or give access"] * 16
    assert verify(folder).entries == 1


def _no_space(*_: object) -> None:
    time.sleep(0.005)
    raise OSError(28, "No space left on device")
