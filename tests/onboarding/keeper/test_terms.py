"""Each class of the journal has its duration in the law (LOG-01), and each kind of entry its class."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from onboarding.keeper.terms import Terms, check_terms, term_problems
from policies.engine.load import load_law
from policies.engine.model import Law
from policies.errors import InvalidFilesError
from policies.journal.entry import CLASSES, KINDS, PURGED_CLASSES, UnknownKindError, seal
from tests.support.judged import LAW_FOLDER, shipped_law

DAY = date(2026, 11, 25)
DOCUMENT = Path(__file__).parents[3] / "docs" / "journal.md"


def test_the_shipped_law_dates_every_class_since_the_first_day_of_the_datalab() -> None:
    assert [list(term_problems(shipped_law(), day)) for day in (date(2023, 1, 1), DAY)] == [[], []]


@pytest.mark.parametrize(
    ("class_", "months", "least", "most", "text"),
    [
        ("access", 36, 6, 36, "cnil-2021-122"),
        ("consultation", 36, 6, 36, "cnil-2021-122"),
        ("register", 36, 6, 36, "cnil-2021-122"),
        ("security", 12, 6, 12, "cnil-2021-122"),
        ("operations", 12, 6, 12, "cnil-2021-122"),
        ("exchange", 36, 36, 36, "crpa"),
    ],
)
def test_a_class_is_kept_for_what_its_source_allows(class_: str, months: int, least: int, most: int, text: str) -> None:
    file = shipped_law().parameters[f"journal_months.{class_}"].file
    [value] = file.values.values()
    assert (value.value, value.min, value.max, value.source.text) == (months, least, most, text)
    assert (file.unit, file.checked_on is not None, value.confidence is not None) == ("mois", True, True)


def test_the_durations_of_the_shipped_law_are_all_tried_here() -> None:
    assert len(PURGED_CLASSES) == 6


def test_before_the_law_dates_a_class_it_has_no_months() -> None:
    assert Terms(shipped_law()).months("access", date(2022, 12, 31)) is None
    assert Terms(shipped_law()).months("unknown", DAY) is None


def test_the_oldest_day_kept_of_each_class() -> None:
    kept = Terms(shipped_law()).first_kept(DAY)
    three_years, one = date(2023, 11, 25), date(2025, 11, 25)
    assert kept == {
        "access": three_years, "consultation": three_years, "exchange": three_years, "register": three_years,
        "operations": one, "security": one,
    }  # fmt: skip


def with_law(folder: Path, change: Callable[[Path], object]) -> list[str]:
    """What is wrong with the durations of the shipped law after a change of its files."""
    shutil.copytree(LAW_FOLDER, folder / "law")
    change(folder / "law" / "parameters" / "journal_months")
    return [str(each) for each in term_problems(load_law(folder / "law"), DAY)]


def ended(folder: Path) -> None:
    path = folder / "security.yaml"
    path.write_text(
        path.read_text() + "  2026-01-01: {value: null, confidence: doctrine, source: {text: crpa, article: x}}\n"
    )


def test_a_class_without_a_duration_is_told(tmp_path: Path) -> None:
    assert with_law(tmp_path, lambda folder: (folder / "access.yaml").unlink()) == [
        "parameters/journal_months/access.yaml: "
        "the journal's class access has no duration on 2026-11-25; give it months"
    ]


def test_a_duration_that_ended_is_none(tmp_path: Path) -> None:
    assert with_law(tmp_path, ended) == [
        "parameters/journal_months/security.yaml: "
        "the journal's class security has no duration on 2026-11-25; give it months"
    ]


@pytest.mark.parametrize("class_", ["journal", "visits"])
def test_a_duration_of_what_is_not_purged_is_told(tmp_path: Path, class_: str) -> None:
    found = with_law(tmp_path, lambda folder: shutil.copy(folder / "access.yaml", folder / f"{class_}.yaml"))
    assert found == [
        f"parameters/journal_months/{class_}.yaml: the journal has no class {class_} that is purged; take the file out"
    ]


def test_nothing_is_purged_by_a_law_that_leaves_a_class_out(tmp_path: Path) -> None:
    shutil.copytree(LAW_FOLDER, tmp_path / "law")
    (tmp_path / "law" / "parameters" / "journal_months" / "access.yaml").unlink()
    law = load_law(tmp_path / "law")
    with pytest.raises(InvalidFilesError, match="has no duration"):
        Terms(law).first_kept(DAY)
    with pytest.raises(InvalidFilesError, match="has no duration"):
        check_terms(law, DAY)


def render_classes(law: Law) -> str:
    """The table of docs/journal.md: each class with its kinds, its duration and where that is written."""
    lines = ["| classe | ce qu'elle contient | conservée | source |\n|---|---|---|---|\n"]
    for class_ in sorted(CLASSES):
        kinds = ", ".join(f"`{kind}`" for kind in sorted(KINDS) if KINDS[kind] == class_)
        lines.append(f"| `{class_}` | {kinds} | {_kept(law, class_)} |\n")
    return "".join(lines)


def _kept(law: Law, class_: str) -> str:
    if class_ not in PURGED_CLASSES:
        return "autant que la chaîne | ne nomme personne"
    parameter = law.parameters[f"journal_months.{class_}"]
    [value] = parameter.file.values.values()
    bounds = f"{value.min}" if value.min == value.max else f"{value.min} à {value.max}"
    return f"{value.value} mois (permis : {bounds}) | {law.sources[value.source.text].title}, {value.source.article}"


def test_the_document_holds_the_table_of_classes() -> None:
    assert render_classes(shipped_law()) in DOCUMENT.read_text(encoding="utf-8")


def test_a_kind_without_a_class_cannot_be_journaled() -> None:
    """A kind and its class stand in one table: there is no other way to name a kind."""
    with pytest.raises(UnknownKindError):
        seal("visit", {}, bytes(32))
    assert set(KINDS.values()) == CLASSES
