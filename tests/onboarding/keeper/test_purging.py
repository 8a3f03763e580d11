"""What is past its term goes from every chain, and one chain that refuses keeps none from it."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from onboarding.keeper.purging import Failure, Purge, plan, purge
from policies.journal.append import Journal
from policies.journal.read import read_journal
from policies.journal.verify import verify
from tests.support.journals import Clock, write_journal

KEPT = {"access": date(2026, 3, 2), "security": date(2026, 3, 1)}
NOBODY = 65534


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Two chains of 2026-03-01 and 02, and a folder that is no chain."""
    for account in ("guard", "hub"):
        write_journal(tmp_path / account)
    (tmp_path / "checkpoints").mkdir()
    return tmp_path


def files(journal: Path) -> list[str]:
    return sorted(str(path.relative_to(journal)) for path in journal.glob("*/payloads/access/*"))


def test_what_would_go_is_said_and_stays(journal: Path) -> None:
    before = files(journal)
    size = (journal / "guard" / "payloads" / "access" / "2026-03-01.jsonl").stat().st_size
    assert list(plan(journal, KEPT)) == [
        Purge("guard", "access", ("2026-03-01",), size),
        Purge("hub", "access", ("2026-03-01",), size),
    ]
    assert files(journal) == before


def test_what_is_past_its_term_goes_and_the_chains_stay_sound(journal: Path) -> None:
    found = list(purge(journal, KEPT, Clock()))
    assert [each.account for each in found if isinstance(each, Purge)] == ["guard", "hub"]
    assert files(journal) == [f"{each}/payloads/access/2026-03-02.jsonl" for each in ("guard", "hub")]
    for account in ("guard", "hub"):
        report = verify(journal / account)
        assert (report.sound, report.purged, list(read_journal(journal / account))[-1].payload) == (
            True, 2, {"class": "access", "days": ["2026-03-01"]},
        )  # fmt: skip


def test_a_second_time_there_is_nothing(journal: Path) -> None:
    list(purge(journal, KEPT))
    assert list(purge(journal, KEPT)) == []


def test_a_chain_that_cannot_be_journaled_in_is_not_purged_and_the_other_is(journal: Path) -> None:
    with (journal / "guard" / "chain.jsonl").open("ab") as stream:
        stream.write(b"not a line\n")
    failed, done = purge(journal, KEPT)
    assert isinstance(failed, Failure)
    assert isinstance(done, Purge)
    assert (failed.account, "verify it" in failed.why, done.account) == ("guard", True, "hub")
    assert "guard/payloads/access/2026-03-01.jsonl" in files(journal)


@pytest.mark.parametrize("name", ["hier.jsonl", "2026-02-30.jsonl", "2020-W01-1.jsonl"])
def test_what_is_not_named_as_a_day_is_left_alone(journal: Path, name: str) -> None:
    (journal / "guard" / "payloads" / "access" / name).touch()
    assert len(list(purge(journal, KEPT))) == 2
    assert f"guard/payloads/access/{name}" in files(journal)


@pytest.mark.skipif(os.geteuid() != 0, reason="acting as another account needs root; `make test` runs as root")
def test_a_chain_whose_folder_leads_elsewhere_purges_nothing_there(journal: Path) -> None:
    """The hub turns its payloads into a link to the guard's: root deletes with the hub's rights alone."""
    for folder in (journal, *journal.parents):
        if str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    (journal / "guard").chmod(0o700)
    for path in (journal / "hub" / "payloads" / "access").iterdir():
        path.unlink()
    (journal / "hub" / "payloads" / "access").rmdir()
    (journal / "hub" / "payloads" / "access").symlink_to(journal / "guard" / "payloads" / "access")
    for path in [journal / "hub", *(journal / "hub").rglob("*")]:
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    found = list(purge(journal, {"access": date(2026, 3, 3)}))
    assert [each.account for each in found if isinstance(each, Purge)] == ["guard"]
    assert verify(journal / "guard").purged == 4


def test_a_purge_leaves_what_is_written_to_now(journal: Path) -> None:
    Journal(journal / "guard", "guard").append("start", {"number": 99})
    list(purge(journal, {"access": date(2026, 3, 3)}))
    kept = [each.payload for each in read_journal(journal / "guard") if each.entry.kind == "start" and each.payload]
    assert kept == [{"number": 99}]
