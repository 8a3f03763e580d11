"""The page on isolation says what its tests do: no more, no less."""

from __future__ import annotations

from tests.isolation.inside.frame import PROBES
from tests.isolation.page import PAGE, render
from tests.isolation.removals import REMOVALS, WITHOUT_REMOVAL


def test_the_page_is_what_its_tests_make_of_it() -> None:
    """`make docs` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_removal_and_every_probe_has_a_row_and_every_cross_is_in_both_tables() -> None:
    rows = [line.strip("| ").split(" | ") for line in render().splitlines() if line.startswith("| ") and "`" in line]
    protections = {cells[3].split("`")[1]: set(cells[2].split("`")[1::2]) for cells in rows if len(cells) == 4}
    probes = {cells[0].strip("`"): set(cells[2].split("`")[1::2]) for cells in rows if len(cells) == 3}
    assert {each.name: set(each.caught_by) for each in REMOVALS} == protections
    assert set(PROBES) == set(probes)
    assert {(a, b) for a, names in protections.items() for b in names} == {
        (a, b) for b, names in probes.items() for a in names
    }


def test_every_probe_says_what_it_tries_in_one_sentence() -> None:
    assert [name for name, each in PROBES.items() if not each.tried[0].isupper() or each.tried.endswith(".")] == []


def test_what_is_said_of_their_number_is_true() -> None:
    said = (PAGE.parents[1] / "SECURITY.md").read_text(encoding="utf-8")
    assert f"runs {len(PROBES)} probes" in said
    assert f"({len(REMOVALS)} removals)" in said
    assert len(WITHOUT_REMOVAL) == 1
