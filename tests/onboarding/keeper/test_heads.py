"""Heads are read as the chains' owners, and only from chains that go on from where they were seen to end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from onboarding.keeper.checkpoint import ChainHead, no_entry
from onboarding.keeper.heads import Seen, look
from policies.journal import chain as chaining
from policies.journal.append import Journal
from policies.owners import as_owner
from tests.support.journals import write_journal

NOBODY = 65534


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    (tmp_path / "journal").mkdir()
    write_journal(tmp_path / "journal" / "guard", 4)
    return tmp_path / "journal"


def seen(journal: Path, known: dict[str, ChainHead] | None = None) -> dict[str, Seen]:
    return {each.account: each for each in look(journal, known or {})}


def head(journal: Path, account: str = "guard") -> ChainHead:
    return seen(journal)[account].head


def test_a_chain_is_seen_to_its_last_line(journal: Path) -> None:
    found = head(journal)
    chain = journal / "guard" / "chain.jsonl"
    assert (found.n, found.size) == (4, chain.stat().st_size)


def test_a_chain_that_grew_is_followed_from_where_it_was(journal: Path) -> None:
    known = {"guard": head(journal)}
    Journal(journal / "guard", "guard").append("stop", {})
    found = seen(journal, known)["guard"]
    assert (found.trouble, found.head, found.head.n) == (None, head(journal), 5)


def test_what_a_crash_tore_is_not_part_of_the_head(journal: Path) -> None:
    before = head(journal)
    with (journal / "guard" / "chain.jsonl").open("ab") as stream:
        stream.write(b'{"class":"acc')
    assert seen(journal, {"guard": before})["guard"].head == before


def test_an_account_without_any_chain_is_not_listed(journal: Path) -> None:
    (journal / "hub").mkdir()
    (journal / "checkpoints").mkdir()
    assert list(seen(journal)) == ["guard"]


def lines(journal: Path) -> list[bytes]:
    return (journal / "guard" / "chain.jsonl").read_bytes().splitlines(keepends=True)


def rewrite(journal: Path, content: list[bytes]) -> None:
    (journal / "guard" / "chain.jsonl").write_bytes(b"".join(content))


BROKEN: list[tuple[str, Callable[[Path], object], str, int]] = [
    ("cut", lambda j: rewrite(j, lines(j)[:2]), "truncated", 4),
    ("emptied", lambda j: rewrite(j, []), "truncated", 4),
    ("last changed", lambda j: rewrite(j, [*lines(j)[:3], lines(j)[3].replace(b'"start"', b'"visit"')]), "changed", 4),
    ("a line after it that does not follow", lambda j: rewrite(j, [*lines(j), lines(j)[1]]), "changed", 5),
    ("a line after it that is none", lambda j: rewrite(j, [*lines(j), b"x\n"]), "changed", 5),
    ("a line without end", lambda j: rewrite(j, [*lines(j), b"x" * 5000]), "changed", 5),
]


@pytest.mark.parametrize(("do", "flaw", "line"), [each[1:] for each in BROKEN], ids=[each[0] for each in BROKEN])
def test_a_chain_that_does_not_go_on_is_broken_and_keeps_its_known_head(
    journal: Path, do: Callable[[Path], object], flaw: str, line: int
) -> None:
    known = head(journal)
    do(journal)
    found = seen(journal, {"guard": known})["guard"]
    assert found == Seen("guard", known, "broken", line, flaw)


@pytest.mark.parametrize("what", ["chain", "folder"])
def test_a_chain_that_is_gone_is_said_to_be_gone(journal: Path, what: str) -> None:
    known = head(journal)
    shutil.rmtree(journal / "guard") if what == "folder" else (journal / "guard" / "chain.jsonl").unlink()
    assert seen(journal, {"guard": known})["guard"] == Seen("guard", known, "gone", 4, "gone")


@pytest.mark.parametrize("what", ["pipe", "link", "folder"])
def test_what_is_no_file_is_not_waited_for(journal: Path, what: str) -> None:
    known, chain = head(journal), journal / "guard" / "chain.jsonl"
    chain.rename(journal / "elsewhere")
    {"pipe": os.mkfifo, "link": lambda p: p.symlink_to(journal / "elsewhere"), "folder": os.mkdir}[what](chain)
    assert seen(journal, {"guard": known})["guard"].trouble == "unreadable"


def test_a_lock_that_its_owner_keeps_hides_that_chain_alone(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_journal(journal / "hub", 2)
    monkeypatch.setattr(chaining, "LOCK_PATIENCE_S", 0.05)
    with chaining.ChainFolder(journal / "hub", "hub").locked():
        found = seen(journal, {"hub": no_entry("hub")})
    assert {name: each.trouble for name, each in found.items()} == {"guard": None, "hub": "unreadable"}


@pytest.mark.skipif(os.geteuid() != 0, reason="acting as another account needs root; `make test` runs as root")
class TestAsItsOwner:
    @pytest.fixture
    def hub(self, journal: Path) -> Path:
        """A chain of another account, in a folder that this account owns."""
        for folder in (journal, *journal.parents):
            if folder.stat().st_uid == 0 and str(folder).startswith("/tmp/"):
                folder.chmod(0o755)
        write_journal(journal / "hub", 2)
        for path in [journal / "hub", *(journal / "hub").rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        (journal / "hub").chmod(0o700)
        return journal / "hub"

    def test_a_link_to_what_root_alone_reads_leads_nowhere(self, journal: Path, hub: Path) -> None:
        secret = journal / "guard"
        secret.chmod(0o700)
        shutil.rmtree(hub / "payloads")
        (hub / "payloads").symlink_to(secret / "payloads")
        with as_owner(hub), pytest.raises(PermissionError):
            list(os.scandir(hub / "payloads"))
        assert list(os.scandir(hub / "payloads")) != []

    def test_its_head_is_read(self, journal: Path, hub: Path) -> None:
        assert head(journal, "hub").n == 2

    def test_root_is_root_again_whatever_happened(self, hub: Path) -> None:
        before = (os.geteuid(), os.getegid(), os.getgroups())
        with pytest.raises(ZeroDivisionError), as_owner(hub):
            (os.geteuid() - NOBODY) / (os.geteuid() - NOBODY)
        assert (os.geteuid(), os.getegid(), os.getgroups()) == before
