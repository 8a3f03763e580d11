"""Commands are named as they are: in the README all of them, in the documents none that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from onboarding.cli.main import app

ROOT = Path(__file__).parents[3]
README = ROOT / "README.md"
DOCUMENTS = [README, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
TREE: Any = typer.main.get_command(app)
# what the fingerprints of the journal begin with
NO_COMMANDS = {"journal <compte>", "checkpoints"}
SPAN = re.compile(r"`datalab\s+([^`]+)`|^ {4}(?:\$ )?datalab ([^#\n]+)", re.MULTILINE)
OPTION = re.compile(r"--[a-z][a-z-]*")


def leaves(command: Any, name: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """Every command, with its options."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, frozenset(word for each in command.params for word in each.opts if word.startswith("--"))
        return
    for word, each in inner.items():
        yield from leaves(each, f"{name} {word}".strip())


OPTIONS = dict(leaves(TREE))
KNOWN = {*OPTIONS, *(" ".join(name.split()[:n]) for name in OPTIONS for n in range(1, len(name.split())))}


def spans(text: str) -> Iterator[str]:
    """What a text says after `datalab`, each time it names a command."""
    for found in SPAN.finditer(text):
        said = " ".join((found[1] or found[2]).replace("\\|", "|").split())
        if said not in NO_COMMANDS:
            yield said


def named(said: str) -> list[str]:
    """The commands, or groups of them, that words name; `a|b` names two."""
    names = [""]
    for word in said.split():
        if any(name and (name in OPTIONS or name not in KNOWN) for name in names) or word.startswith("--"):
            break
        names = [f"{name} {each}".strip() for name in names for each in word.split("|")]
    return names


def wrong(said: str) -> list[str]:
    """What is not there: commands, or options that none of the commands has."""
    names = named(said)
    unknown = [name for name in names if name not in KNOWN]
    have = {each for name in names for each in OPTIONS.get(name, ())}
    return unknown or [each for each in OPTION.findall(said) if each not in have]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_that_a_document_names_is_there_with_those_options(document: Path) -> None:
    found = {said: wrong(said) for said in spans(document.read_text(encoding="utf-8"))}
    assert {said: each for said, each in found.items() if each} == {}


def rows() -> list[str]:
    """The lines of the README's table of commands."""
    return [line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| `datalab ")]


def test_every_command_is_named_in_the_table_of_the_readme() -> None:
    told = {name for row in rows() for said in spans(row) for name in named(said)}
    assert set(OPTIONS) - told == set()


@pytest.mark.parametrize("row", rows())
def test_every_option_in_a_row_of_the_table_is_one_of_its_commands(row: str) -> None:
    have = {each for said in spans(row) for name in named(said) for each in OPTIONS[name]}
    assert [option for option in OPTION.findall(row) if option not in have] == []


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("delivery receive FOLDER --dataset D --reason TEXT", []),
        ("delivery receive|check|list", []),
        ("delivery", []),
        ("delivery recieve FOLDER", ["delivery recieve"]),
        ("delivery check|forget", ["delivery forget"]),
        ("dataset withdraw", ["dataset withdraw"]),
        ("delivery check NAME --actor ID", ["--actor"]),
        ("explain --person P --dry-run", ["--dry-run"]),
        ("explain [--day DAY]", []),
    ],
)
def test_a_command_or_an_option_that_is_not_there_is_noticed(said: str, missing: list[str]) -> None:
    """Negative controls beside what must pass."""
    assert wrong(said) == missing


def test_commands_are_found_in_words_in_tables_and_in_blocks() -> None:
    block = "    datalab check --law x   # all\n    $ datalab catalogue\n"
    text = f"Run `datalab\nlaw unsigned`, then:\n\n{block}| `datalab a\\|b` |\n"
    assert list(spans(text)) == ["law unsigned", "check --law x", "catalogue", "a|b"]
