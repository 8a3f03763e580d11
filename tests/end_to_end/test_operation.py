"""An installation in daily use: what a stop leaves, what the journal holds, what the command line answers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from policies.journal.verify import verify
from tests.support.site import Installation, up

EVALUATION, REPERAGE = "aides-evaluation", "aides-reperage"


def test_a_stop_leaves_no_container_socket_or_mount_and_the_journal_holds_decision_start_and_stop(
    site: Installation,
) -> None:
    name, run = str(site.name("c.martin", REPERAGE)), site.places.run
    before = len(site.journal("guard"))
    with site.workspace("c.martin", REPERAGE):
        assert (run / "ws" / name / "j.sock").exists()
        assert name in site.names()
    assert name not in site.names()
    assert [path for path in (run / "ws" / name, run / "mounts" / name) if path.exists()] == []
    assert name not in Path("/proc/self/mountinfo").read_text()
    assert [found.entry.kind for found in site.journal("guard")[before:]] == ["decision", "start", "stop"]


def test_the_journal_verifies_and_a_changed_line_of_a_copy_is_found(site: Installation, tmp_path: Path) -> None:
    with site.signed_in("k.nguyen") as browser:
        browser.press("societes-controle")  # refused, so that the hub has a chain too
    done = site.datalab("journal", "verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(account in done.stdout for account in ("guard", "hub", "signin", "onboarding"))
    copy = tmp_path / "guard"
    shutil.copytree(site.places.journal("guard"), copy)
    assert verify(copy).sound
    chain = copy / "chain.jsonl"
    content = chain.read_bytes()
    chain.write_bytes(content.replace(b'"process_started"', b'"process_starter"', 1))
    assert (chain.read_bytes() != content, verify(copy).sound) == (True, False)


@pytest.mark.parametrize(
    ("login", "processing", "code", "said"),
    [
        ("c.martin", EVALUATION, 0, "Loi n° 51-711"),
        ("h.garnier", REPERAGE, 1, "DL-06"),
        ("k.nguyen", "societes-controle", 1, "DL-04"),
    ],
)
def test_explain_answers_by_its_exit_code_and_names_the_article(
    site: Installation, login: str, processing: str, code: int, said: str
) -> None:
    done = site.datalab("explain", "--person", login, "--processing", processing)
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout + done.stderr


def test_the_installation_checks_clean(site: Installation) -> None:
    done = site.datalab("check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_start_replaces_no_container_and_no_process(site: Installation) -> None:
    def running() -> tuple[set[str], dict[str, str]]:
        label = f"label=datalab.site={site.places.run}"
        containers = site.docker("ps", "--no-trunc", "--format", "{{.ID}}", "--filter", label)
        return set(containers.split()), site.processes()

    with site.workspace("c.martin", REPERAGE) as workspace:
        workspace.run("kept = 41")
        before = running()
        up()
        assert running() == before
        assert (len(before[0]), set(before[1])) == (3, {"keeper", "signin", "guard", "door", "turnstile", "hub"})
        assert workspace.run("kept + 1").text == "42"
