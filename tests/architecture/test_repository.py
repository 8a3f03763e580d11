"""The repository keeps its own rules: no registry address, no secret, no trace of a machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXTS = [
    path
    for name in subprocess.run(
        ["git", "-C", str(ROOT), "ls-files"], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    if (path := ROOT / name).is_file()
    and path.suffix in {".py", ".md", ".yaml", ".yml", ".txt", ".in", ".sh", ".json", ".toml", ".html", ".css", ""}
    and path.name != Path(__file__).name
]


def lines_with(pattern: str) -> list[str]:
    search = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in TEXTS
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if search.search(line)
    ]


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("address of a package registry", r"registry\.npmjs|pypi\.org|files\.pythonhosted|deb\.debian\.org"),
        ("work that was put off", r"\b(TODO|FIXME|XXX)\b"),
        ("private key", r"BEGIN [A-Z ]*PRIVATE KEY"),
        ("path of somebody's machine", r"/root/\.|/work/"),
        ("emoji", "[\U0001f300-\U0001faff\u2705\u274c]"),
    ],
)
def test_no_file_holds_what_must_not_be_there(what: str, pattern: str) -> None:
    assert lines_with(pattern) == [], what


@pytest.mark.parametrize("task", ["check", "test"])
def test_a_law_that_fails_its_cases_stops_a_task_with_its_sentence_before_any_test(task: str) -> None:
    dry = subprocess.run(
        ["make", "-C", str(ROOT), "--dry-run", task], check=True, capture_output=True, text=True
    ).stdout
    lines = [line.partition("/python -m ")[2] for line in dry.splitlines() if "/python -m " in line]
    assert lines[0] == "onboarding.cli check --law policies/law"
    assert lines[1].startswith("pytest ")


def without_hash(lock: str) -> list[str]:
    pins = re.split(r"(?m)^(?=[a-zA-Z0-9_.\[\],-]+==)", lock)[1:]
    return [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin]


def test_lock_files_pin_every_package_with_hashes() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text()
        assert "==" in text, lock.name
        assert without_hash(text) == [], lock.name


def test_a_pin_without_a_hash_is_found_whatever_the_others_have() -> None:
    pinned = "a==1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"
    assert without_hash(f"{pinned}b[c]==2\n{pinned}") == ["b[c]==2"]
