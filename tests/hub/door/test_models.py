"""What a workspace answers is read as a closed model and written again: nothing of it passes as it came."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from hub.door.calls import Call, Create, Read, Simple
from hub.door.errors import NOTHING_LEAVES, RefusedError
from hub.door.models import UNREADABLE, Passing, read_answer, read_failure
from hub.door.target import parse_target
from tests.support.door import PLACE, about, as_json, door_settings

OPEN, KNOWN = Read({"content": "1"}), Read({"content": "0"})
NOTEBOOK: dict[str, Any] = {"cells": [{"source": "é"}], "metadata": {}, "nbformat": 4}
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20


def answer(values: object, call: Call = OPEN, tail: str = "/a.ipynb", **changes: Any) -> Passing:
    return read_answer(parse_target(PLACE + tail), call, as_json(values), door_settings(**changes))


def notebook(content: object = NOTEBOOK, **changes: Any) -> dict[str, Any]:
    return about("a.ipynb", type="notebook", format="json", mimetype=None, content=content, **changes)


def picture(content: bytes, name: str = "a.png") -> dict[str, Any]:
    return about(name, format="base64", mimetype="image/png", content=base64.encodebytes(content).decode())


def test_a_notebook_passes_whole_with_the_bytes_that_it_shows() -> None:
    passing = answer(notebook())
    assert json.loads(passing.answer) == about(
        "a.ipynb", type="notebook", format="json", mimetype=None, content=NOTEBOOK, message=None
    )
    assert (passing.kind, passing.shown) == (
        "notebook", '{"cells":[{"source":"é"}],"metadata":{},"nbformat":4}'.encode(),
    )  # fmt: skip


def test_a_text_passes_with_the_bytes_that_it_shows() -> None:
    passing = answer(about("a.csv", format="text", content="a;é\n"), tail="/a.csv")
    assert (json.loads(passing.answer)["content"], passing.kind, passing.shown) == (
        "a;é\n", "text", "a;é\n".encode(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", PNG), ("a.JPG", b"\xff\xd8\xff\xe0"), ("a.gif", b"GIF89a"), ("a.webp", b"RIFF\n\x00\x00\x00WEBP")],
)
def test_a_picture_passes_when_name_and_first_bytes_agree(name: str, content: bytes) -> None:
    passing = answer(picture(content, name), tail=f"/{name}")
    assert (passing.kind, passing.shown) == ("picture", content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"a;b"),
        ("a.csv", PNG),
        ("a.png", b"a;b\n1;2"),
        ("a.png", b"x" + PNG),
        ("a.zip", b"PK"),
        ("a.png", b""),
    ],
)
def test_any_other_bytes_in_base64_leave_nothing(name: str, content: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        answer(picture(content, name), tail=f"/{name}")
    assert (refused.value.status, str(refused.value)) == (403, NOTHING_LEAVES)


def test_a_folder_passes_with_what_is_known_of_each_entry_and_no_content() -> None:
    entries = [about("a.csv", content="hidden"), about("d", type="directory")]
    passing = answer(about("", type="directory", format="json", content=entries), tail="")
    shown = json.loads(passing.answer)["content"]
    assert ([(each["name"], each["content"]) for each in shown], passing.shown) == (
        [("a.csv", None), ("d", None)],
        None,
    )


def test_what_is_known_passes_without_a_content_that_was_not_asked_for() -> None:
    passing = answer(notebook(size=12), KNOWN)
    assert (json.loads(passing.answer)["content"], json.loads(passing.answer)["size"], passing.shown) == (
        None,
        12,
        None,
    )


def test_a_key_that_is_not_known_is_dropped() -> None:
    assert "extra" not in json.loads(answer(about("a", extra={"x": 1}), KNOWN).answer)


CHECKPOINT = {"id": "checkpoint", "last_modified": "2026-05-04T08:00:00Z"}


def test_checkpoints_pass_alone_or_as_a_list() -> None:
    assert json.loads(answer(CHECKPOINT | {"x": 1}, Simple("POST")).answer) == CHECKPOINT
    assert json.loads(answer([CHECKPOINT] * 30, Simple("GET")).answer) == [CHECKPOINT] * 10


TOO_MUCH: dict[str, tuple[dict[str, Any], str]] = {
    "a notebook": (notebook({"cells": ["x" * 9000]}), "/a.ipynb"),
    "a text": (about("a.csv", format="text", content="é" * 2500), "/a.csv"),
    "a picture": (picture(PNG + b"x" * 2048), "/a.png"),
    "a folder": (about("", type="directory", format="json", content=[about("a")] * 11), ""),
}


@pytest.mark.parametrize("what", TOO_MUCH)
def test_what_is_larger_than_its_setting_is_not_shown(what: str) -> None:
    values, tail = TOO_MUCH[what]
    with pytest.raises(RefusedError) as refused:
        answer(values, tail=tail)
    assert refused.value.status == 413
    larger = {"largest_text_kib": 64, "largest_notebook_kib": 64, "largest_image_kib": 64, "longest_listing": 99}
    assert answer(values, tail=tail, **larger).answer


WRONG: dict[str, Any] = {
    "a list": [],
    "nothing": None,
    "a number": 3,
    "another type": about("a", type="link"),
    "a notebook that is text": notebook("x"),
    "a text that is a notebook": about("a.csv", format="text", content=NOTEBOOK),
    "a file without a format": about("a.csv", content="x"),
    "a notebook in base64": notebook("YQ==") | {"format": "base64"},
    "a picture that is no base64": about("a.png", format="base64", content="é"),
    "a text that UTF-8 cannot hold": about("a.csv", format="text", content="\ud800"),
    "a name of a kilobyte": about("a" * 1000, format="text", content="x"),
    "a size in words": about("a", format="text", content="x", size="12"),
    "a folder of numbers": about("", type="directory", format="json", content=[1]),
    "a folder that is a text": about("", type="directory", format="json", content="x"),
    "a mimetype of a kilobyte": about("a", format="text", content="x", mimetype="a" * 1000),
    "a hash of a megabyte": about("a", format="text", content="x", hash="a" * 1_000_000),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_answer_of_another_form_is_not_passed_on(what: str) -> None:
    with pytest.raises(RefusedError) as refused:
        answer(WRONG[what], tail="/a.png" if "picture" in what else "/a.csv")
    assert (refused.value.status, str(refused.value)) == (502, UNREADABLE)


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff", b'{"type": NaN}', b"[" * 10_000])
def test_bytes_that_are_no_json_are_not_passed_on(content: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        read_answer(parse_target(PLACE), Create(type="file"), content, door_settings())
    assert (refused.value.status, str(refused.value)) == (502, UNREADABLE)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (as_json({"message": "Permission denied", "reason": None, "traceback": "x"}), "Permission denied"),
        (as_json({"message": "a\nb\u202ec" + "x" * 10_000}), "a b c" + "x" * 495),
        (as_json({"message": 3}), "L'espace de travail a refusé, sans dire pourquoi."),
        (b"<script>", "L'espace de travail a refusé, sans dire pourquoi."),
    ],
)
def test_why_a_workspace_refuses_is_shown_as_bounded_plain_text(content: bytes, shown: str) -> None:
    assert json.loads(read_failure(content)) == {"message": shown, "reason": None}
