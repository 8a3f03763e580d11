"""Whatever a hand does to a journal is found and named, or said to be beyond finding without a witness."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from policies.errors import DatalabError, UnavailableError
from policies.journal.append import Journal
from policies.journal.entry import Entry, genesis, parse_line, seal
from policies.journal.read import read_journal
from policies.journal.verify import Flaw, Noted, Report, verify
from tests.support.journals import write_journal

Lines = list[bytes]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "guard"


def head_of(folder: Path, n: int) -> Noted:
    line = (folder / "chain.jsonl").read_bytes().splitlines(keepends=True)[n - 1]
    return Noted(n, hashlib.sha256(line).hexdigest())


def test_a_whole_chain_verifies(folder: Path) -> None:
    write_journal(folder)
    head = head_of(folder, 6)
    assert verify(folder) == Report("guard", 6, head, None, purged=0, strays=0, noted=0)


def test_an_empty_chain_verifies(folder: Path) -> None:
    folder.mkdir()
    (folder / "chain.jsonl").touch()
    assert verify(folder).head == Noted(0, genesis("guard"))


def test_no_chain_is_not_a_sound_chain(folder: Path) -> None:
    with pytest.raises(UnavailableError, match="cannot be read"):
        verify(folder)


def change(lines: Lines, at: int, old: bytes, new: bytes) -> Lines:
    assert old in lines[at]
    return [*lines[:at], lines[at].replace(old, new), *lines[at + 1 :]]


def inserted_with_its_links(lines: Lines) -> Lines:
    """Someone who knows the form inserts a line that follows the one before it."""
    previous = hashlib.sha256(lines[2]).hexdigest()
    forged = Entry(4, "2026-03-02T01:00:00.000000Z", "stop", "access", "0" * 64, previous)
    return [*lines[:3], forged.line(), *lines[3:]]


TAMPERED: list[tuple[str, Callable[[Lines], Lines], str, int]] = [
    ("a kind", lambda lines: change(lines, 2, b'"sign_in"', b'"sign_out"'), "changed", 3),
    ("a class", lambda lines: change(lines, 1, b'"access"', b'"security"'), "changed", 2),
    ("a moment", lambda lines: change(lines, 0, b"T22:", b"T21:"), "changed", 1),
    ("a previous", lambda lines: change(lines, 0, lines[0][-20:-3], b"0" * 17), "changed", 1),
    ("a space", lambda lines: change(lines, 3, b'"n":4', b'"n": 4'), "changed", 4),
    ("a number", lambda lines: change(lines, 3, b'"n":4', b'"n":7'), "removed", 4),
    ("no end of line", lambda lines: change(lines, 5, b"\n", b""), "truncated", 6),
    ("the first removed", lambda lines: lines[1:], "removed", 1),
    ("one removed", lambda lines: lines[:2] + lines[3:], "removed", 3),
    ("two removed", lambda lines: lines[:2] + lines[4:], "removed", 3),
    ("one repeated", lambda lines: lines[:3] + lines[2:], "inserted", 4),
    ("an old one again", lambda lines: [*lines, lines[0]], "inserted", 7),
    ("two swapped", lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], "reordered", 3),
    ("the last first", lambda lines: [lines[5], *lines[:5]], "reordered", 1),
    ("cut in a line", lambda lines: [*lines[:4], lines[4][:50]], "truncated", 5),
    ("an empty line", lambda lines: [*lines[:2], b"\n", *lines[2:]], "changed", 3),
    ("another journal's", lambda lines: [line.replace(b"start", b"visit") for line in lines], "changed", 1),
]


@pytest.mark.parametrize(
    ("tamper", "kind", "line"), [each[1:] for each in TAMPERED], ids=[each[0] for each in TAMPERED]
)
def test_a_tampered_chain_is_found_with_what_was_done(
    folder: Path, tamper: Callable[[Lines], Lines], kind: str, line: int
) -> None:
    write_journal(folder)
    chain = folder / "chain.jsonl"
    chain.write_bytes(b"".join(tamper(chain.read_bytes().splitlines(keepends=True))))
    flaw = verify(folder).flaw
    assert flaw
    assert (flaw.kind, flaw.line) == (kind, line)


def test_an_inserted_line_that_links_backwards_is_found(folder: Path) -> None:
    """Its payload is missing; with a payload of its own, the line after it no longer follows."""
    write_journal(folder)
    chain = folder / "chain.jsonl"
    chain.write_bytes(b"".join(inserted_with_its_links(chain.read_bytes().splitlines(keepends=True))))
    flaw = verify(folder).flaw
    assert flaw
    assert (flaw.kind, flaw.line) == ("payload_altered", 4)
    shutil.rmtree(folder / "payloads")
    again = verify(folder).flaw
    assert again
    assert (again.kind, again.line) == ("inserted", 5)


def test_a_chain_of_another_account_is_found(folder: Path, tmp_path: Path) -> None:
    write_journal(folder)
    shutil.copytree(folder, tmp_path / "hub")
    assert verify(tmp_path / "hub").flaw == Flaw("changed", 1, "line 1 does not begin the chain of hub")


def cut_to(folder: Path, lines: int) -> None:
    chain = folder / "chain.jsonl"
    chain.write_bytes(b"".join(chain.read_bytes().splitlines(keepends=True)[:lines]))


def test_a_cut_at_a_line_is_beyond_finding_alone_but_leaves_payloads_without_lines(folder: Path) -> None:
    write_journal(folder)
    cut_to(folder, 4)
    report = verify(folder)
    assert (report.entries, report.flaw, report.strays, report.noted) == (4, None, 2, 0)


def test_a_witness_finds_a_cut(folder: Path) -> None:
    write_journal(folder)
    witness = verify(folder).head
    cut_to(folder, 4)
    assert verify(folder, [witness]).flaw == Flaw("truncated", 5, "6 entries were noted, 4 are there")


def test_a_witness_finds_an_end_that_was_written_anew(folder: Path) -> None:
    """Whoever may write a chain may write another end with all its links: only a witness tells."""
    write_journal(folder)
    witness = verify(folder).head
    cut_to(folder, 4)
    journal = Journal(folder, "guard")
    journal.append("stop", {})
    journal.append("stop", {})
    assert verify(folder).flaw is None
    assert verify(folder, [witness]).flaw == Flaw("changed", 6, "entry 6, or one before, is not the noted one")


def test_a_witness_of_this_chain_is_met_while_it_grows(folder: Path) -> None:
    journal = write_journal(folder)
    witness = verify(folder).head
    journal.append("stop", {})
    report = verify(folder, [witness])
    assert (report.flaw, report.noted, report.entries) == (None, 6, 7)


def edit(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def test_an_altered_payload_is_told_from_a_removed_one(folder: Path, tmp_path: Path) -> None:
    write_journal(folder)
    shutil.copytree(folder, tmp_path / "copy" / "guard")
    edit(folder / "payloads/access/2026-03-02.jsonl", b'"person":"p7f3k2"', b'"person":"p1a2b3"')
    altered = verify(folder).flaw
    edit(tmp_path / "copy/guard/payloads/security/2026-03-02.jsonl", seal_line(tmp_path / "copy/guard"), b"")
    removed = verify(tmp_path / "copy" / "guard").flaw
    assert altered == Flaw("payload_altered", 4, "the payload of entry 4 is not what its line commits to")
    assert removed == Flaw("payload_removed", 3, "the payload of entry 3 is gone, and its day was not purged")


def seal_line(folder: Path) -> bytes:
    return (folder / "payloads/security/2026-03-02.jsonl").read_bytes().splitlines(keepends=True)[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"number":3', b'"number": 3'), (b'"salt":"', b'"salt":"00'), (b'{"n":4', b'{"n":04')],
    ids=["a space", "a salt", "a number"],
)
def test_a_payload_in_another_form_is_altered(folder: Path, old: bytes, new: bytes) -> None:
    write_journal(folder)
    edit(folder / "payloads/access/2026-03-02.jsonl", old, new)
    flaw = verify(folder).flaw
    assert flaw
    assert (flaw.kind, flaw.line) == ("payload_altered", 4)


def test_a_payload_file_that_vanished_without_a_purge_is_found(folder: Path) -> None:
    write_journal(folder)
    (folder / "payloads/access/2026-03-02.jsonl").unlink()
    flaw = verify(folder).flaw
    assert flaw == Flaw("payload_removed", 4, "2 payloads of access, 2026-03-02, are gone without a purge")


def test_a_purged_class_is_gone_and_the_chain_stays_sound(folder: Path) -> None:
    journal = write_journal(folder)
    assert journal.purge("access", date(2026, 3, 3)) == ("2026-03-01", "2026-03-02")
    report = verify(folder)
    kept = [each.payload for each in read_journal(folder) if each.payload is not None]
    assert (report.entries, report.flaw, report.purged) == (7, None, 4)
    assert kept == [
        {"person": "p7f3k2", "number": 2},
        {"person": "p7f3k2", "number": 5},
        {"class": "access", "days": ["2026-03-01", "2026-03-02"]},
    ]


def test_a_purge_keeps_the_day_it_is_given_and_says_nothing_when_there_is_nothing(folder: Path) -> None:
    journal = write_journal(folder)
    assert journal.purge("access", date(2026, 3, 2)) == ("2026-03-01",)
    assert journal.purge("access", date(2026, 3, 2)) == ()
    assert verify(folder).entries == 7


@pytest.mark.parametrize("class_", ["journal", "unknown", "../access"])
def test_what_the_journal_says_of_itself_is_never_purged(folder: Path, class_: str) -> None:
    with pytest.raises(DatalabError, match="is not purged"):
        write_journal(folder).purge(class_, date(2027, 1, 1))


def test_a_journal_in_use_verifies_while_it_grows(folder: Path) -> None:
    journal = write_journal(folder)
    for number in range(6, 20):
        journal.append("start", {"number": number})
        assert (verify(folder).entries, verify(folder).flaw) == (number + 1, None)


def test_a_stranger_verifies_with_a_few_lines_of_their_own(folder: Path) -> None:
    """The format needs none of our code: SHA-256, JSON and the account's name."""
    write_journal(folder)
    previous = hashlib.sha256(b"datalab journal guard").hexdigest()
    for raw in (folder / "chain.jsonl").read_bytes().splitlines(keepends=True):
        line = json.loads(raw)
        assert line["previous"] == previous
        records = folder / "payloads" / line["class"] / f"{line['moment'][:10]}.jsonl"
        kept = {each["n"]: each for each in map(json.loads, records.read_text().splitlines())}
        payload = json.dumps(kept[line["n"]]["payload"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        salted = bytes.fromhex(kept[line["n"]]["salt"]) + payload.encode()
        assert hashlib.sha256(salted).hexdigest() == line["commitment"]
        previous = hashlib.sha256(raw).hexdigest()


def test_a_line_of_a_kind_that_was_dropped_since_still_verifies(folder: Path) -> None:
    """Kinds come and go with versions; old chains must go on verifying."""
    write_journal(folder, 0)
    sealed = seal("start", {}, bytes(32))
    entry = Entry(1, "2026-03-01T00:00:00.000000Z", "old_kind", "access", sealed.commitment, genesis("guard"))
    (folder / "payloads" / "access").mkdir(parents=True)
    (folder / "payloads" / "access" / "2026-03-01.jsonl").write_bytes(sealed.record(1))
    (folder / "chain.jsonl").write_bytes(entry.line())
    assert parse_line(entry.line()) == entry
    assert verify(folder).sound
