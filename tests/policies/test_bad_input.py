"""Whatever a file holds, it is told with its place, soon and in little memory; no half of a law is ever judged by."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.engine import folder as reading
from policies.engine.folder import Problems, files_of
from policies.engine.load import build_law, load_law
from policies.errors import DatalabError, InvalidFilesError, UnavailableError
from policies.files import LARGEST_FILE, MOST_VALUES, canonical_json, parse_yaml
from policies.register.blobs import parse_manifest
from policies.register.documents import parse_content
from tests.policies.engine.written import PARAMETERS, SOURCE, case, rule, small_law, write_law
from tests.support.judged_documents import judged_documents

BAD = "sources/code.yaml"
RULE = "rules/read/EX-01/rule.yaml"
CASES = "rules/read/EX-01/cases.yaml"
BOMB = "a: &a [x]\n" + "".join(f"{c}: &{c} [*{p},*{p}]\n" for p, c in zip("abcdefg", "bcdefgh", strict=True))
SHORT = {"from": "2020-01-01", "until": "2020-12-31"}

ROWS: dict[str, tuple[str, Any, str]] = {
    "malformed": (BAD, "a: [1", "line 2: did not find expected"),
    "a key twice": (BAD, "title: a\ntitle: b\n", "line 2: the key 'title' stands twice; keep one"),
    "larger than may be": (BAD, "#" * (LARGEST_FILE + 1), "larger than 1000000 bytes; split it"),
    "many lists in a line": (BAD, f"[{'[],' * 330_000}]", "line 1: more than 100000 values; split it"),
    "many lines": (BAD, "- a\n" * 240_000, "line 100000: more than 100000 values; split it"),
    "a long text": (BAD, f"title: {'x' * 900_000}", "in_force: missing; add it"),
    "a long number": (BAD, f"title: {'9' * 900_000}", "not YAML: Exceeds the limit"),
    "nested deeply": (BAD, "[" * 400_000, "line 1: nested deeper than 30 levels"),
    "nested deeply, a line each": (BAD, "- " * 400_000, "line 1: nested deeper than 30 levels"),
    "a bomb of aliases": (BAD, BOMB, "line 2: aliases are not allowed; write it out"),
    "another encoding": (BAD, "title: é".encode("utf-16"), "not UTF-8; save it as UTF-8"),
    "half a character": (BAD, "title: é".encode()[:-1], "not UTF-8; save it as UTF-8"),
    "a tag that builds": (BAD, "!!python/object:os.system {}", "line 1: could not determine a constructor"),
    "bytes": (BAD, "title: !!binary aGVsbG8=\n", "holds a value that JSON has not"),
    "no number": (BAD, "title: .nan\n", "holds a value that JSON has not"),
    "a list for a mapping": (BAD, [1], "Input should be an object"),
    "a number for a text": (BAD, SOURCE | {"title": 7}, "title: Input should be a valid string"),
    "a text for a mapping": (BAD, SOURCE | {"in_force": "2020"}, "in_force: Input should be an object"),
    "a day that does not exist": (
        BAD,
        SOURCE | {"in_force": {"from": "2020-02-30"}},
        "in_force.from: 2020-02-30 is not a date; write YYYY-MM-DD",
    ),
    "a case on a day that does not exist": (
        CASES,
        [case("permits", day="2023-02-29"), case("does_not_apply")],
        "[0].day: 2023-02-29 is not a date; write YYYY-MM-DD",
    ),
    "a source that is not in force": (
        BAD,
        SOURCE | {"in_force": SHORT},
        "source.text: code is in force from 2020-01-01 to 2020-12-31, not on each day",
    ),
    "a source that is not there": (
        RULE,
        rule("permit", where={"person.suspended": {"is": False}}, source={"text": "cod", "article": "1"}),
        "source.text: unknown source cod; did you mean code?",
    ),
}
TOLD_ELSEWHERE = {"a source that is not in force": RULE}
MEASURED = """
import json, sys, time
from pathlib import Path
from policies.engine.load import load_law
from policies.errors import InvalidFilesError
def peak():
    # ru_maxrss would be that of whoever started this process, where it was larger
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1000
for folder in sorted(Path(sys.argv[1]).iterdir()):
    start = time.process_time()
    try:
        told = [str(len(load_law(folder).rules))]
    except InvalidFilesError as error:
        told = [[each.file, str(each)] for each in error.problems]
    took = time.process_time() - start
    print(json.dumps([folder.name, told, took, peak()]))
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[list[str]], float, float]]:
    """Each row loaded in one process of its own: what was told, seconds of processor, megabytes at the peak so far."""
    folder = tmp_path_factory.mktemp("bad")
    for name, (path, content, _) in ROWS.items():
        write_law(folder / name, small_law() | {path: content})
    command = [sys.executable, "-c", MEASURED, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    lines = map(json.loads, done.stdout.splitlines())
    return {name: (told, took, peak) for name, told, took, peak in lines}


@pytest.mark.parametrize("name", ROWS)
def test_a_bad_file_is_told_with_its_place_in_a_second_and_200_megabytes(name: str, measured: dict[str, Any]) -> None:
    path, _, expected = ROWS[name]
    told, took, peak = measured[name]
    place = TOLD_ELSEWHERE.get(name, path)
    assert [text for file, text in told if text.startswith(f"{place}: {expected}")], told
    assert (took < 1, peak < 200) == (True, True), (took, peak)


def test_as_many_values_as_may_be_are_read_in_a_second() -> None:
    assert len(parse_yaml("- a\n" * (MOST_VALUES - 1), "f")) == MOST_VALUES - 1


def vanishing(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, folder: Path, after: int) -> None:
    """The folder is removed by somebody else when a function of the reader is called for the nth time."""
    real: Callable[..., Any] = getattr(owner, name)
    calls = iter(range(after + 1))

    def remove_first(*args: Any, **words: Any) -> Any:
        if next(calls, None) == after:
            shutil.rmtree(folder)
        return real(*args, **words)

    monkeypatch.setattr(owner, name, remove_first)


@pytest.mark.parametrize("after", [0, 1, 3])
@pytest.mark.parametrize(("owner", "name"), [(Path, "lstat"), (Path, "iterdir"), (reading, "read_text")])
def test_a_folder_that_disappears_while_it_is_read_is_no_law(
    owner: Any, name: str, after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_law(tmp_path / "law", small_law())
    with monkeypatch.context() as patched:
        vanishing(patched, owner, name, folder, after)
        with pytest.raises(InvalidFilesError) as error:
            load_law(folder)
    assert "cannot be read: No such file or directory" in str(error.value)
    assert not folder.exists()


def outcome(read: Callable[[], Any]) -> tuple[Any, set[str]]:
    """What was read, and no problem; or nothing, and the files of which one was told. Nothing else is raised."""
    try:
        return read(), set()
    except InvalidFilesError as error:
        return None, {each.file for each in error.problems}
    except UnavailableError as error:
        return None, {str(error).partition(":")[0]}


often = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXTS = {
    path: yaml.dump(values, allow_unicode=True, sort_keys=False) for path, values in (small_law() | PARAMETERS).items()
}
RULES = {path.removeprefix("rules/").removesuffix("/rule.yaml") for path in TEXTS if path.endswith("/rule.yaml")}
NAMES = {path.removeprefix("parameters/").removesuffix(".yaml").replace("/", ".") for path in PARAMETERS}
SNIPPETS = st.sampled_from(
    ["", "\n", ": ", "- ", "  ", "{", "[", "]", "'", '"', "&a ", "*a", "!!set ", "? ", "---\n", "null", "2020-02-30",
     "\t", "\0", "\ud800", "é", "<<: ", "|\n", "%YAML", "1e999", "0x1f", "is", "parameter"]
)  # fmt: skip


@st.composite
def edited(draw: Callable[[Any], Any], text: str) -> str:
    """The text with a few pieces cut out, doubled, or replaced."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(SNIPPETS | st.just(text[start:end] * 2) | st.text(max_size=3)) + text[end:]
    return text


@often
@given(st.data())
def test_any_text_of_any_file_of_the_law_gives_the_whole_law_or_says_which_file_is_wrong(data: Any) -> None:
    path = data.draw(st.sampled_from(sorted(TEXTS)))
    text = data.draw(edited(TEXTS[path])).encode(errors="surrogatepass").decode(errors="replace")
    problems = Problems()
    law, told = outcome(lambda: build_law(files_of(TEXTS | {path: text}, frozenset(TEXTS), problems), problems))
    assert law is None or (set(law.rules), set(law.parameters)) == (RULES, NAMES)
    assert (law is None, told - TEXTS.keys()) == (bool(told), set())


DOCUMENTS = {path: canonical_json(values) for path, values in judged_documents().items()}
MANIFEST = canonical_json(
    {
        "documents": {"datalab.yaml": "0" * 64},
        "previous": None,
        "recorded": {"actor": "pana01", "reason": "essai", "moment": "2026-01-01T00:00:00Z"},
    }
)


@often
@given(st.data())
def test_any_content_of_a_document_of_the_register_is_the_document_or_says_what_is_wrong(data: Any) -> None:
    path = data.draw(st.sampled_from(sorted(DOCUMENTS)))
    content = data.draw(edited(DOCUMENTS[path].decode())).encode(errors="surrogatepass")
    document, told = outcome(lambda: parse_content(path, content))
    assert told == (set() if document else {path})


@often
@given(st.data())
def test_any_manifest_is_one_or_makes_the_register_unavailable(data: Any) -> None:
    content = data.draw(edited(MANIFEST.decode())).encode(errors="surrogatepass")
    manifest, told = outcome(lambda: parse_manifest(content))
    assert told == (set() if manifest else {"manifest.json"})


@pytest.mark.parametrize("depth", [200, 900, 5_000, 200_000])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_contents_nested_without_end_are_refused_and_no_stack_overflows(opening: str, depth: int) -> None:
    for read in (lambda content: parse_content("datalab.yaml", content), parse_manifest):
        closing = "]" if opening == "[" else "}"
        with pytest.raises(DatalabError, match=r"(datalab.yaml|manifest.json): "):
            read(f"{opening * depth}1{closing * depth}".encode())
