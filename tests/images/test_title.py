"""A tab of a workspace is called after processing and project, as the guard's own note names them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hub.workspace.readme import render_catalogue
from tests.images.conftest import ROOT
from tests.support.judged import judge, register_of
from tests.support.judged_documents import judged_documents

sys.path.insert(0, str(ROOT / "images" / "workspace-python"))  # the image's own package, as the image has it

from datalab_workspace.title import named, read_title

NAME = "Évaluation des aides (Aides) — Datalab"


def test_the_title_is_that_of_the_note_that_the_guard_writes(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text(render_catalogue(judge(), register_of(judged_documents())), encoding="utf-8")
    assert read_title(tmp_path / "c.json") == NAME


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b"\xff", b'{"project": "Aides"}'])
def test_a_note_that_does_not_say_it_leaves_the_platforms_name(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "c.json").write_bytes(content)
    assert (read_title(tmp_path / "c.json"), read_title(tmp_path / "absent")) == ("Datalab", "Datalab")


def test_the_page_keeps_what_jupyterhub_says_of_it(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"project": "Aides", "name": "Évaluation des aides"}', encoding="utf-8")
    hook = named(lambda handler, config: config | {"hubUser": handler}, tmp_path / "c.json")
    assert hook("abcd", {"appName": "JupyterLab"}) == {"appName": NAME, "hubUser": "abcd"}
