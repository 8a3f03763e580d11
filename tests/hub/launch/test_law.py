"""The installed law is the law of the source tree, whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hub.launch.law import digest, install_law

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the installed law is root's; `make test` runs as root")


def law(folder: Path, text: str) -> Path:
    (folder / "rules").mkdir(parents=True)
    (folder / "rules" / "rule.yaml").write_text(text)
    return folder


def test_a_changed_law_replaces_the_installed_one_whole(tmp_path: Path) -> None:
    installed = law(tmp_path / "law", "old")
    (installed / "extra.yaml").touch()
    source = law(tmp_path / "source", "new")
    assert install_law(source, installed)
    assert digest(installed) == digest(source)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["law", "source"]


def test_the_same_law_is_left_alone(tmp_path: Path) -> None:
    source, installed = law(tmp_path / "source", "same"), law(tmp_path / "law", "same")
    before = installed.stat().st_ino
    assert not install_law(source, installed)
    assert installed.stat().st_ino == before


def test_what_an_interrupted_installation_left_is_swept_away(tmp_path: Path) -> None:
    source, installed = law(tmp_path / "source", "new"), law(tmp_path / "law", "old")
    law(tmp_path / "law.new", "half")
    assert install_law(source, installed)
    assert digest(installed) == digest(source)
