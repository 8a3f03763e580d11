"""Files are read strictly, and each thing that is wrong is said with its place."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from policies.errors import InvalidFilesError, Problem
from policies.files import (
    Closed,
    canonical_json,
    fingerprint,
    nearest,
    parse,
    parse_yaml,
    read_yaml,
    remove_half_written,
    strict_json,
    write_atomic,
)


class Mission(Closed):
    until: date


class Document(Closed):
    name: str
    count: int = 0
    missions: tuple[Mission, ...] = ()


def problems(error: pytest.ExceptionInfo[InvalidFilesError]) -> list[str]:
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 2026-02-30", {"a": "2026-02-30"}),
        ("a: no", {"a": "no"}),
        ("a: 012", {"a": "012"}),
        ("a: true", {"a": True}),
        ("a: 1_000", {"a": "1_000"}),
        ("a: 0x10", {"a": "0x10"}),
        ("a: -3", {"a": -3}),
        ("a: 12:30", {"a": "12:30"}),
        ("a: null", {"a": None}),
    ],
)
def test_a_value_is_what_it_looks_like(text: str, expected: object) -> None:
    assert parse_yaml(text, "f") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2", "f: line 2: the key 'a' stands twice; keep one"),
        ("a: {b: 1, b: 2}", "f: line 1: the key 'b' stands twice; keep one"),
        ("a: &x 1\nb: *x", "f: line 2: aliases are not allowed; write it out"),
        ("a: !!python/name:os.system", "f: line 1: could not determine a constructor for the tag "
         "'tag:yaml.org,2002:python/name:os.system'"),
        ("a: [", "f: line 2: did not find expected node content"),
        ("[" * 40 + "]" * 40, "f: line 1: nested deeper than 30 levels"),
    ],
)  # fmt: skip
def test_yaml_that_could_be_misread_is_refused_with_its_line(text: str, expected: str) -> None:
    with pytest.raises(InvalidFilesError) as error:
        parse_yaml(text, "f")
    assert problems(error) == [expected]


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    text = "a: &a [x]\n" + "".join(f"{c}: &{c} [*{p},*{p},*{p}]\n" for p, c in zip("abcdefg", "bcdefgh", strict=True))
    with pytest.raises(InvalidFilesError):
        parse_yaml(text, "f")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a: \xff", "not UTF-8; save it as UTF-8"),
        (b"a: " + b"x" * 1_000_001, "larger than 1000000 bytes; split it"),
    ],
)
def test_a_file_that_is_no_text_of_a_megabyte_is_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(content)
    with pytest.raises(InvalidFilesError) as error:
        read_yaml(path, "f.yaml")
    assert problems(error) == [f"f.yaml: {expected}"]


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidFilesError) as error:
        read_yaml(tmp_path / "none.yaml", "none.yaml")
    assert problems(error) == ["none.yaml: cannot be read: No such file or directory"]


def test_every_problem_of_a_document_comes_at_once_with_its_key() -> None:
    values = {"nme": "x", "count": "1", "missions": [{"until": "2026-02-30"}, {"untl": 1}]}
    with pytest.raises(InvalidFilesError) as error:
        parse(Document, values, "p.yaml")
    assert problems(error) == [
        "p.yaml: count: Input should be a valid integer (found '1')",
        "p.yaml: missions[0].until: 2026-02-30 is not a date; write YYYY-MM-DD",
        "p.yaml: missions[1].until: missing; add it",
        "p.yaml: missions[1].untl: unknown key; did you mean until?",
        "p.yaml: name: missing; add it",
        "p.yaml: nme: unknown key; did you mean name?",
    ]


@pytest.mark.parametrize("values", [None, [], "text", {1: 2}, {"name": float("inf")}])
def test_what_is_not_a_document_is_a_problem_and_not_a_traceback(values: object) -> None:
    with pytest.raises(InvalidFilesError):
        parse(Document, values, "p.yaml")


def test_a_word_far_from_all_allowed_ones_is_answered_with_all_of_them() -> None:
    assert nearest("zzz", ["name", "count"]) == "; allowed: count, name"


def test_strict_json_is_read_as_json() -> None:
    assert strict_json('{"a": [1, 2.5, null], "b": {"a": "é"}}') == {"a": [1, 2.5, None], "b": {"a": "é"}}


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', '{"b": {"a": 1, "a": 2}}', "NaN", "[-Infinity]", "{", ""])
def test_json_that_two_readers_could_take_differently_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"twice|no number|Expecting"):
        strict_json(text)


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical_json({"é": 1, "a": [True, None]}) == '{"a":[true,null],"é":1}'.encode()
    assert json.loads(canonical_json({"b": 1, "a": 2})) == {"a": 2, "b": 1}


def test_a_fingerprint_is_the_sha256_of_the_content() -> None:
    assert fingerprint(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_file_is_replaced_whole_with_its_mode_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")
    write_atomic(path, b"new", 0o640)
    assert (path.read_bytes(), path.stat().st_mode & 0o777, os.listdir(tmp_path)) == (b"new", 0o640, ["f"])


def test_a_failed_replacement_leaves_the_old_content(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "inside").touch()
    with pytest.raises(OSError):  # noqa: PT011 - the system's own error, whatever its number
        write_atomic(folder, b"new")
    assert os.listdir(tmp_path) == ["f"]


def test_what_a_killed_writer_left_half_written_goes_and_nothing_else(tmp_path: Path) -> None:
    """The child dies, as by SIGKILL, when its file is whole and not yet in place."""
    kept = [".lock", ".rendered", "f", "f.json", ".abc.json"]
    for name in kept:
        (tmp_path / name).touch()
    child = os.fork()
    if child == 0:
        Path.replace = lambda *_: os._exit(9)  # type: ignore[assignment, method-assign]
        write_atomic(tmp_path / "f.json", b"new")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert len(os.listdir(tmp_path)) == len(kept) + 1
    remove_half_written(tmp_path)
    assert sorted(os.listdir(tmp_path)) == sorted(kept)


def test_problems_are_said_in_the_order_of_files_and_keys() -> None:
    error = InvalidFilesError([Problem("b", "", "x"), Problem("a", "k", "y")])
    assert str(error) == "a: k: y\nb: x"
