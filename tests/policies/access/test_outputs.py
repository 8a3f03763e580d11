"""An output is under every secret of its sources, counts its checkers without its author, and is judged by the law."""

from __future__ import annotations

from typing import Any

import pytest

from policies.access.approvals import Approvals
from policies.access.facts import Subject, workspace_facts
from policies.access.outputs import Output, decide_output, output_facts
from policies.engine.model import Verdict
from tests.support.judged import KEYS, PEOPLE, approved, register_of, shipped_law
from tests.support.judged_documents import (
    ALLOWANCES,
    ANALYST,
    DAY,
    HOUSEHOLDS,
    PROCESSING,
    TEAMMATE,
    TOTALS,
    TOWNS,
    Values,
    judged_documents,
)
from tests.support.small_register import changed

TABLE: dict[str, Any] = {
    "author": ANALYST, "kind": "statistics", "use": "publication", "approved_by": (TEAMMATE,), "unit": "household",
    "level": "department", "localised": False, "individual_rows": False, "smallest_cell": 11, "largest_share": 0.5,
    "secondary_done": True, "full_cells": 0, "elements": (), "identifiers": (), "description": "Un tableau",
    "fingerprint": "0" * 64, "size_mb": 1.0, "outputs_today": 1, "sampled": False, "individual_score": False,
    "public_service": False,
}  # fmt: skip


def subject(documents: dict[str, Values] | None = None) -> Subject:
    register = register_of(approved(documents or judged_documents()))
    found = register.find_processing(PROCESSING)
    assert found
    return Subject(register, found, PEOPLE[ANALYST], ("password",), DAY, Approvals(shipped_law(), KEYS))


def judged(*sources: str, documents: dict[str, Values] | None = None, **changes: Any) -> Verdict:
    return decide_output(subject(documents), Output(**TABLE | changes), frozenset(sources))


def rules(verdict: Verdict) -> list[str]:
    return [each.rule for each in verdict.refusals]


def test_a_table_that_respects_every_rule_leaves() -> None:
    verdict = judged(HOUSEHOLDS)
    assert (verdict.allowed, verdict.refusals) == (True, ())


def test_an_output_is_under_the_secrets_of_all_its_sources() -> None:
    asking = subject()
    base = workspace_facts(asking)
    facts = output_facts(asking, base, Output(**TABLE), frozenset({TOWNS, ALLOWANCES, TOTALS}))
    assert facts["output"]["regimes"] == ["rgpd", "secret_statistique"]


def test_an_output_of_open_data_alone_needs_no_control() -> None:
    assert judged(TOWNS, smallest_cell=1, description=None, secondary_done=False).allowed


@pytest.mark.parametrize("source", ["menages/p1900", "inconnu/p2024"])
def test_a_source_that_the_register_does_not_know_lets_nothing_out(source: str) -> None:
    verdict = judged(TOWNS, source)
    assert (verdict.allowed, all(each.error for each in verdict.refusals)) == (False, True)


def test_a_source_that_nobody_qualified_lets_nothing_out() -> None:
    documents = changed(judged_documents(), "datasets/communes.yaml", "parts", "p2025", "regimes", to=None)
    assert judged(TOWNS, documents=documents).allowed is False


def test_the_author_never_counts_as_a_checker() -> None:
    assert rules(judged(HOUSEHOLDS, approved_by=(ANALYST,))) == ["DL-05"]
    assert judged(HOUSEHOLDS, approved_by=(ANALYST, TEAMMATE)).allowed


CELLS = [
    ("households under statistical secrecy", (HOUSEHOLDS,), "household", 5, 0.99),
    ("households in small squares", (HOUSEHOLDS,), "household", 11, 0.99),
    ("personal data alone, by the prudent profile", (ALLOWANCES,), "household", 11, 0.84),
    ("companies", (HOUSEHOLDS,), "company", 3, 0.84),
    ("a unit that nobody said", (HOUSEHOLDS,), None, 11, 0.84),
]


@pytest.mark.parametrize(("name", "sources", "unit", "cell", "share"), CELLS, ids=[each[0] for each in CELLS])
def test_the_smallest_cell_of_each_unit_is_the_one_of_its_profile(
    name: str, sources: tuple[str, ...], unit: str | None, cell: int, share: float
) -> None:
    said = {"unit": unit, "largest_share": share, "localised": "squares" in name}
    assert judged(*sources, smallest_cell=cell, **said).allowed
    assert not judged(*sources, smallest_cell=cell - 1, **said).allowed


def test_composed_secrets_ask_for_the_strictest_of_their_profiles() -> None:
    """Five households are enough for a survey, eleven for taxes: from both sources, eleven."""
    documents = changed(judged_documents(), "datasets/allocs.yaml", "parts", "p2025", "regimes", to=["secret_fiscal"])
    survey, both = (HOUSEHOLDS,), (HOUSEHOLDS, ALLOWANCES)
    assert judged(*survey, documents=documents, smallest_cell=5, largest_share=0.9).allowed
    assert rules(judged(*both, documents=documents, smallest_cell=10)) == ["FISC-04"]
    assert rules(judged(*both, documents=documents, smallest_cell=4)) == ["FISC-04", "STAT-05"]
    assert judged(*both, documents=documents, smallest_cell=11).allowed


def test_rows_never_leave_a_space_that_held_statistical_data() -> None:
    assert rules(judged(HOUSEHOLDS, kind="nominative", individual_rows=True)) == ["SORTIE-NOMINATIVE", "STAT-04"]


@pytest.mark.parametrize(
    ("name", "changes", "rule"),
    [
        ("no note", {"description": None}, "SORTIE-NOTE"),
        ("no copy", {"fingerprint": None}, "SORTIE-COPIE"),
        ("a maximum", {"elements": ("maximum",)}, "SORTIE-INTERDITS"),
        ("cells that can be computed", {"secondary_done": False}, "SORTIE-SECONDAIRE"),
        ("a category in one cell", {"full_cells": 1}, "SORTIE-GROUPE"),
        ("for a control", {"use": "controle"}, "STAT-06"),
        ("a code without repository", {"kind": "code"}, "SRC-01"),
        ("a model that nobody examined", {"kind": "model"}, "SRC-02"),
    ],
)
def test_each_thing_that_lacks_is_refused_by_its_rule(name: str, changes: dict[str, Any], rule: str) -> None:
    assert rules(judged(HOUSEHOLDS, **changes)) == [rule]


def test_what_nobody_said_lets_nothing_out() -> None:
    for key in ("localised", "secondary_done", "full_cells", "elements", "individual_rows", "individual_score"):
        assert judged(HOUSEHOLDS, **{key: None, "smallest_cell": 5}).allowed is False, key
