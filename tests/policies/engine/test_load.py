"""A law folder is read strictly: whatever is wrong in it is told at once, and then nothing is loaded."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from policies.engine.documents import Citation, Regime
from policies.engine.load import load_law
from policies.errors import InvalidFilesError
from tests.policies.engine.written import (
    FACTS,
    OPEN_TO_ALL,
    PARAMETERS,
    SOURCE,
    problems_of,
    rule,
    small_law,
    write_law,
)

RULE = "rules/read/EX-02/rule.yaml"
CASES = "rules/read/EX-02/cases.yaml"
FIRST_RULE = "rules/read/EX-01/rule.yaml"
FIRST_CASES = "rules/read/EX-01/cases.yaml"


def load_problems(folder: Path) -> list[str]:
    try:
        load_law(folder)
    except InvalidFilesError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_a_law_holds_its_rules_values_sources_regimes_and_words(tmp_path: Path) -> None:
    law = load_law(write_law(tmp_path, small_law() | PARAMETERS))
    regime = Regime(
        name="secret du code", protects="les réponses", source=Citation(text="code", article="1"), confidence="known"
    )
    assert (list(law.rules), sorted(law.parameters), list(law.sources), dict(law.regimes)) == (
        ["read/EX-01"],
        ["dates.limit", "levels.least", "purposes.admitted", "purposes.main"],
        ["code"],
        {"secret": regime},
    )
    assert {group: dict(labels) for group, labels in law.words.items()} == {
        "contacts": {"dinum": "l'équipe du Datalab", "comite": "le comité"},
        "title_kinds": {"avis": "un avis favorable du comité", "engagement": "un engagement signé"},
        "regimes": {"secret": "secret du code"},
        "purposes": FACTS["words"]["purposes"],
    }


def test_a_parameter_is_known_by_its_path_and_has_a_value_by_day(tmp_path: Path) -> None:
    law = load_law(write_law(tmp_path, small_law() | PARAMETERS))
    days = law.parameters["levels.least"].dated.days
    before = days[0].replace(year=2000)
    assert [law.parameter("levels.least", day) for day in (before, *days)] == [None, 3, 5, None]


def test_every_problem_is_told_at_once() -> None:
    files = small_law() | {
        "sources/other.yaml": SOURCE | {"colour": "blue"},
        RULE: rule("forbid", where={"use.colour": {"is": "blue"}}, ask="nobody"),
        "regimes/empty.yaml": {},
    }
    assert [problem.split(": ")[0] for problem in problems_of(files)] == [
        "regimes/empty.yaml",
        "regimes/empty.yaml",
        "regimes/empty.yaml",
        "regimes/empty.yaml",
        CASES,
        RULE,
        RULE,
        "sources/other.yaml",
    ]


UNREADABLE: list[tuple[str, str | bytes, str]] = [
    ("malformed", "a: [1", "sources/x.yaml: line 2: did not find expected ',' or ']'"),
    ("duplicate key", "title: a\ntitle: b\n", "sources/x.yaml: line 2: the key 'title' stands twice; keep one"),
    ("alias", "a: &x 1\nb: *x\n", "sources/x.yaml: line 2: aliases are not allowed; write it out"),
    ("deeply nested", "[" * 40 + "]" * 40, "sources/x.yaml: line 1: nested deeper than 30 levels"),
    ("wrong encoding", "title: é".encode("latin-1"), "sources/x.yaml: not UTF-8; save it as UTF-8"),
    ("huge", b"#" * 1_000_001, "sources/x.yaml: larger than 1000000 bytes; split it"),
    ("null byte", "title: \0", "sources/x.yaml: not YAML: unacceptable character"),
    ("tag that builds objects", "!!python/object:os.system {}", "sources/x.yaml: line 1: could not determine"),
]


@pytest.mark.parametrize(("content", "expected"), [row[1:] for row in UNREADABLE], ids=[row[0] for row in UNREADABLE])
def test_a_file_that_is_not_strict_yaml_is_one_problem(tmp_path: Path, content: str | bytes, expected: str) -> None:
    (problem,) = load_problems(write_law(tmp_path, small_law() | {"sources/x.yaml": content}))
    assert problem.startswith(expected)


@pytest.mark.parametrize(
    "place", ["README.md", "sources/Code.yaml", "rules/read/EX-01/notes.yaml", "rules/read/x/rule.yaml"]
)
def test_a_file_at_no_place_of_the_law_is_a_problem(tmp_path: Path, place: str) -> None:
    (problem,) = load_problems(write_law(tmp_path, small_law() | {place: "x: 1"}))
    assert problem.startswith(f"{place}: not a place of the law; rename or remove it; places are facts.yaml")


def test_names_that_begin_with_a_dot_belong_to_editors(tmp_path: Path) -> None:
    before = load_law(write_law(tmp_path, small_law())).digest
    assert load_law(write_law(tmp_path, {".facts.yaml.swp": b"\xff", "rules/.git/x": b"x"})).digest == before


@pytest.mark.parametrize("kind", ["link", "link to a folder", "pipe"])
def test_links_and_devices_are_never_followed(tmp_path: Path, kind: str) -> None:
    folder = write_law(tmp_path / "law", small_law())
    outside = write_law(tmp_path / "outside", {"x.yaml": SOURCE})
    odd = folder / "sources" / "odd.yaml"
    if kind == "pipe":
        os.mkfifo(odd)
    else:
        odd.symlink_to(outside if "folder" in kind else outside / "x.yaml")
    text = "sources/odd.yaml: neither a file nor a folder; links are not followed: copy the file here"
    assert load_problems(folder) == [text]


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    assert load_problems(folder) == [
        f"{folder}: cannot be read: No such file or directory",
        "facts.yaml: missing; it declares the actions, facts and words of the law",
    ]


def test_the_digest_changes_with_any_content_and_any_name(tmp_path: Path) -> None:
    files = small_law()
    variants = [
        files,
        files | {"sources/code.yaml": SOURCE | {"note": "relu"}},
        files | {"sources/other.yaml": SOURCE},
        files | {FIRST_RULE: OPEN_TO_ALL | {"checked_on": "2026-01-01"}},
    ]
    found = [load_law(write_law(tmp_path / str(place), variant)).digest for place, variant in enumerate(variants)]
    again = load_law(write_law(tmp_path / "again", files)).digest
    assert (len(set(found)), again) == (len(variants), found[0])
