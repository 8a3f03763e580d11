"""The keeper as a process: it signs while others journal, on its way out, and after it was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from onboarding.keeper.ledger import Ledger
from onboarding.tree import render_values
from policies.journal.append import Journal
from policies.journal.read import read_journal
from tests.support.kept_journal import KeptJournal

ROOT = Path(__file__).parents[2]
_MAIN = """
import policies.settings as settings
from onboarding.settings import ONBOARDING_SECTIONS
from onboarding.keeper.main import main
settings.known_sections = lambda: {**settings.POLICIES_SECTIONS, **ONBOARDING_SECTIONS}
main()
"""


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def kept(tmp_path: Path) -> KeptJournal:
    """An installation of its own, whose chains have the machine's clock."""
    return KeptJournal(tmp_path)


def values_file(kept: KeptJournal, **journal: Any) -> Path:
    places = {name: str(getattr(kept.places, name)) for name in ("program", "law", "state", "run")}
    directory = {
        "uri": "ldaps://localhost:1", "ca_file": "/x", "people_base": "x", "groups_base": "x", "reader_dn": "x",
        "login_attribute": "uid", "id_attribute": "id", "name_attribute": "cn", "organisation_attribute": "o",
        "project_group": "p-{project}", "role_group": "r-{role}", "timeout_s": 1,
    }  # fmt: skip
    given = {
        "places": places,
        "directory": directory,
        "tickets": {"max_age_hours": 12},
        "onboarding": {"journal_account": "onboarding", "directory_password_file": "/x"},
        "journal": {"checkpoint_s": 0.2, "witness": None, "witness_ca_file": None} | journal,
        "deliveries": {
            "largest_file_gib": 1,
            "largest_delivery_gib": 2,
            "free_mib": 1,
            "malware_database": "/x",
        },
        "demo": {"seed": 1},
    }
    path = kept.folder / "values.yaml"
    path.write_text(render_values(given))
    return path


@contextmanager
def keeper(values: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", _MAIN, "--values", str(values)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def signed(kept: KeptJournal, account: str) -> int:
    """How many entries of a chain the last checkpoint holds."""
    last = Ledger(kept.journal / "checkpoints").last()
    return last.heads[account].n if last is not None and account in last.heads else 0


def append(kept: KeptJournal) -> int:
    return Journal(kept.journal / "guard", "guard").append("start", {}).n


def test_what_is_journaled_is_signed_at_the_next_round(kept: KeptJournal) -> None:
    with keeper(values_file(kept)):
        for _ in range(3):
            n = append(kept)
            until(lambda n=n: signed(kept, "guard") == n)  # type: ignore[misc]
    kinds = [each.entry.kind for each in read_journal(kept.journal / "keeper")]
    assert kinds == ["process_started", "law_change"]


def test_what_was_journaled_last_is_signed_on_its_way_out(kept: KeptJournal) -> None:
    with keeper(values_file(kept, checkpoint_s=3600)) as process:
        append(kept)
        until(lambda: signed(kept, "keeper") > 0)
        n = append(kept)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert signed(kept, "guard") == n


def test_killed_at_any_moment_it_goes_on_and_the_journal_verifies(kept: KeptJournal) -> None:
    values = values_file(kept)
    for _ in range(4):
        with keeper(values) as process:
            n = append(kept)
            until(lambda n=n: signed(kept, "guard") == n)  # type: ignore[misc]
            process.kill()
    assert kept.at("2026-12-31T00:00").audit().sound


def test_a_chain_that_is_cut_while_it_runs_is_journaled(kept: KeptJournal) -> None:
    with keeper(values_file(kept)):
        append(kept)
        n = append(kept)
        until(lambda: signed(kept, "guard") == n)
        kept.chain("guard").write_bytes(kept.lines("guard")[0])
        until(lambda: "journal_broken" in [each.entry.kind for each in read_journal(kept.journal / "keeper")])
    found = kept.audit()
    assert [report.flaw.kind for report in found.chains if report.flaw] == ["truncated"]


def test_a_witness_that_cannot_be_reached_is_journaled_and_keeps_nothing_from_being_signed(kept: KeptJournal) -> None:
    with keeper(values_file(kept, witness=str(kept.folder / "not-mounted"))):
        until(lambda: "source_lost" in [each.entry.kind for each in read_journal(kept.journal / "keeper")])
        n = append(kept)
        until(lambda: signed(kept, "guard") == n)


@pytest.mark.parametrize("broken", ["no key", "unpublished"])
def test_a_keeper_without_a_key_that_others_verify_does_not_start(kept: KeptJournal, broken: str) -> None:
    if broken == "no key":
        (kept.places.state / "keeper" / "checkpoint.key").unlink()
    else:
        kept.places.keys.write_text('{"keys":[]}')
    with keeper(values_file(kept)) as process:
        assert process.wait(30) == 1
    assert not (kept.journal / "keeper").exists()
