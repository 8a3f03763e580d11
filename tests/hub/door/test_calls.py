"""Of JupyterLab's calls on files the door knows a closed list, each in a closed form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.door.calls import Call, Copy, Create, Read, Rename, Save, Simple, parse_call, parse_json, write_json
from hub.door.errors import DEPOSIT_INSTEAD, NOTHING_LEAVES, RefusedError
from hub.door.target import parse_target
from tests.support.door import PLACE, as_json

NOTEBOOK: dict[str, Any] = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
STAMP = "1795591031447"


def call(method: str, tail: str = "/a.ipynb", query: str = "", body: object = None) -> Call:
    content = b"" if body is None else as_json(body)
    return parse_call(method, parse_target(PLACE + tail), query, content)


# as JupyterLab 4.6 sends them
KNOWN: dict[str, tuple[tuple[Any, ...], Call]] = {
    "a folder": (("GET", "", f"content=1&hash=0&{STAMP}"), Read({"content": "1", "hash": "0"})),
    "what is known of a file": (("GET", "/a.ipynb", f"content=0&hash=0&{STAMP}"), Read({"content": "0", "hash": "0"})),
    "a notebook": (
        ("GET", "/a.ipynb", f"type=notebook&content=1&hash=1&contentProviderId=undefined&{STAMP}"),
        Read({"type": "notebook", "content": "1", "hash": "1"}),
    ),
    "a text": (
        ("GET", "/a.csv", "type=file&content=1&format=text"),
        Read({"type": "file", "content": "1", "format": "text"}),
    ),
    "a picture": (
        ("GET", "/A.PNG", "type=file&content=1&format=base64"),
        Read({"type": "file", "content": "1", "format": "base64"}),
    ),
    "a save": (
        ("PUT", "/a.ipynb", STAMP, {"type": "notebook", "format": "json", "content": NOTEBOOK, "path": "a.ipynb"}),
        Save(type="notebook", format="json", content=NOTEBOOK, path="a.ipynb"),
    ),
    "a save of a text": (
        ("PUT", "/a.py", "", {"type": "file", "format": "text", "content": "é"}),
        Save(type="file", format="text", content="é"),
    ),
    "a new notebook": (("POST", "", STAMP, {"type": "notebook", "path": ""}), Create(type="notebook")),
    "a new file": (("POST", "/d", "", {"type": "file", "ext": ".py"}), Create(type="file", ext=".py")),
    "a new folder": (("POST", "/d", "", {"type": "directory", "path": "d"}), Create(type="directory", path="d")),
    "a copy": (("POST", "/d", "", {"copy_from": "/a.py"}), Copy(copy_from="a.py")),
    "another name": (("PATCH", "/a.py", "", {"path": "d/b.py"}), Rename(path="d/b.py")),
    "an end": (("DELETE", "/a.py", STAMP), Simple("DELETE")),
    "the checkpoints": (("GET", "/a.ipynb/checkpoints", STAMP), Simple("GET")),
    "a checkpoint": (("POST", "/a.ipynb/checkpoints", STAMP), Simple("POST")),
    "a checkpoint back": (("POST", "/a.ipynb/checkpoints/1", STAMP), Simple("POST")),
    "a checkpoint away": (("DELETE", "/a.ipynb/checkpoints/1", STAMP), Simple("DELETE")),
    "trust": (("POST", "/a.ipynb/trust", STAMP), Simple("POST")),
}


@pytest.mark.parametrize("what", KNOWN)
def test_what_jupyterlab_asks_is_read_whole(what: str) -> None:
    asked, wanted = KNOWN[what]
    assert call(*asked) == wanted


UNKNOWN: dict[str, tuple[Any, ...]] = {
    "another method": ("OPTIONS", "/a"),
    "a precision twice": ("GET", "/a", "content=1&content=0"),
    "a precision more": ("GET", "/a", "content=1&raw=1"),
    "another value": ("GET", "/a", "content=2"),
    "another type": ("GET", "/a", "type=archive"),
    "another format": ("GET", "/a", "format=bytes"),
    "a provider": ("GET", "/a", "contentProviderId=rtc"),
    "too many precisions": ("GET", "/a", "&".join(str(number) for number in range(20))),
    "a query that is no UTF-8": ("GET", "/a", "type=%ff"),
    "a precision of a save": ("PUT", "/a", "content=1", {"type": "file", "format": "text", "content": ""}),
    "a body of a read": ("GET", "/a", "", {}),
    "a body of an end": ("DELETE", "/a", "", {}),
    "a save of nothing": ("PUT", "/a"),
    "a save that is a list": ("PUT", "/a", "", []),
    "a save without content": ("PUT", "/a", "", {"type": "file", "format": "text"}),
    "a save of a folder": ("PUT", "/a", "", {"type": "directory", "format": "json", "content": []}),
    "a save with a key more": ("PUT", "/a", "", {"type": "file", "format": "text", "content": "", "mimetype": "x"}),
    "a text that is a notebook": ("PUT", "/a", "", {"type": "notebook", "format": "text", "content": "x"}),
    "a notebook that is a text": ("PUT", "/a", "", {"type": "file", "format": "text", "content": NOTEBOOK}),
    "a save elsewhere": ("PUT", "/a", "", {"type": "file", "format": "text", "content": "", "path": "b"}),
    "an extension with a path": ("POST", "", "", {"type": "file", "ext": "/../x"}),
    "a new file elsewhere": ("POST", "/d", "", {"type": "file", "path": "e"}),
    "a new file with content": ("POST", "", "", {"type": "file", "content": "x"}),
    "a copy from above": ("POST", "", "", {"copy_from": "../x"}),
    "a copy with a key more": ("POST", "", "", {"copy_from": "a", "type": "file"}),
    "a move above": ("PATCH", "/a", "", {"path": "../x"}),
    "a move of an invisible name": ("PATCH", "/a", "", {"path": "a\u202eb"}),
    "a move with content": ("PATCH", "/a", "", {"path": "b", "content": "x"}),
    "a write of checkpoints": ("PUT", "/a/checkpoints", "", {"type": "file", "format": "text", "content": ""}),
    "trust read": ("GET", "/a/trust"),
    "checkpoints deleted at once": ("DELETE", "/a/checkpoints"),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_jupyterlab_does_not_ask_is_refused(what: str) -> None:
    with pytest.raises(RefusedError) as refused:
        call(*UNKNOWN[what])
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("tail", "query"),
    [
        ("/a.csv", "download=1"),
        ("/a.csv", "content=1&download=0"),
        ("/a.csv", "content=1&type=file&format=base64"),
        ("/a.parquet", "format=base64"),
        ("/a.png.zip", "format=base64"),
        ("", "format=base64"),
    ],
)
def test_a_file_that_would_leave_whole_is_refused_before_it_is_read(tail: str, query: str) -> None:
    with pytest.raises(RefusedError) as refused:
        call("GET", tail, query)
    assert (refused.value.status, str(refused.value)) == (403, NOTHING_LEAVES)


@pytest.mark.parametrize(
    "body",
    [
        {"type": "file", "format": "base64", "name": "a.csv", "content": "YQ==", "path": "a.csv"},
        {"type": "file", "format": "base64", "content": "YQ=="},
        {"type": "file", "format": "text", "content": "a", "chunk": 1},
        {"type": "file", "format": "text", "content": "a", "chunk": -1, "name": "a"},
        {"type": "notebook", "format": "json", "name": "a.ipynb", "content": NOTEBOOK},
    ],
)
def test_an_upload_is_refused_and_says_where_to_deposit(body: dict[str, Any]) -> None:
    with pytest.raises(RefusedError) as refused:
        call("PUT", "/a.csv", "", body)
    assert (refused.value.status, str(refused.value)) == (403, DEPOSIT_INSTEAD)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff",
        b"NaN",
        b'{"a":1,"a":2}',
        b"[1e999, Infinity]",
        b"[" * 100_000,
        b"1" * 5000,
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_no_json_of_a_browser_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedError):
        parse_json(content)


def test_what_is_written_is_json_in_utf_8_without_spaces() -> None:
    assert write_json({"é": [1, None]}) == '{"é":[1,null]}'.encode()


@pytest.mark.parametrize("value", [float("nan"), "\ud800"])
def test_what_cannot_be_written_is_refused(value: object) -> None:
    with pytest.raises(RefusedError):
        write_json(value)


def test_a_large_number_of_a_browser_stays_what_it_is() -> None:
    assert json.loads(write_json(parse_json(b"[9007199254740993, 0.1, 1e300]"))) == [9007199254740993, 0.1, 1e300]
