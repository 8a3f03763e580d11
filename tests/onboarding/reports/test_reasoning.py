"""The table of `explain`: the workspace, then each part in the register's order, one row for each rule that refuses."""

from __future__ import annotations

from datetime import date

from onboarding.reports.reasoning import COLUMNS, Row, reasoning_rows
from policies.access.decision import Decision
from tests.support.judged import PEOPLE, approved, judge, register_of, shipped_law
from tests.support.judged_documents import AT, PROCESSING, TEAMMATE, judged_documents
from tests.support.small_register import changed

REGISTER = register_of(approved(judged_documents()))


def rows(decision: Decision) -> list[Row]:
    found = REGISTER.find_processing(PROCESSING)
    assert found
    return reasoning_rows(decision, found, REGISTER, shipped_law())


def test_each_row_has_a_cell_for_each_column() -> None:
    assert {len(row) for row in rows(judge())} == {len(COLUMNS)}


def test_what_is_open_is_said_with_its_last_day_its_rules_and_their_articles() -> None:
    workspace, *parts = rows(judge())
    assert (workspace[:3], workspace[5:]) == (("espace de travail", "ouvert", "31/12/2026"), ("", ""))
    assert "DL-02" in workspace[3]
    assert "Doctrine du Datalab, DL-02" in workspace[4]
    assert [row[:3] for row in parts] == [
        ("Allocations : Une partie", "lecture", "31/12/2026"),
        ("Communes : Une partie", "lecture", "31/12/2026"),
        ("Ménages : Une partie", "lecture", "31/12/2026"),
        ("Ménages : Une partie", "lecture", "31/12/2026"),
    ]


def test_a_part_says_what_opens_it_besides_what_opens_the_workspace() -> None:
    workspace, allowances, *_ = rows(judge())
    assert "RGPD-01" in allowances[3]
    assert "DL-02" in workspace[3]
    assert "DL-02" not in allowances[3]


def test_a_part_that_is_refused_has_one_row_for_each_rule_with_what_lacks_and_who_gives_it() -> None:
    refused = [row for row in rows(judge(who=PEOPLE[TEAMMATE])) if row[1] == "refusé"]
    described = [row for row in rows(judge(who=PEOPLE[TEAMMATE])) if row[1] == "catalogue"]
    assert (len(refused), len(described)) == (2, 2)
    for row in refused:
        assert row[3] == "STAT-02"
        assert "un avis favorable du Comité du secret statistique" in row[5]
        who = shipped_law().words["contacts"]["comite_du_secret_statistique"]
        assert row[6] == f"{who}, en passant par le projet (aides@minefi.test)"


def test_a_workspace_that_is_refused_names_each_rule_and_no_part() -> None:
    decision = judge(day=date(2027, 1, 1))
    found = rows(decision)
    assert [row[3] for row in found] == [each.rule for each in decision.refusals]
    assert {row[:3] for row in found} == {("espace de travail", "refusé", "")}


def test_an_access_without_known_end_says_so() -> None:
    documents = judged_documents()
    for place in ((AT[0],), AT):
        documents = changed(documents, *place, "period", to={"from": "2026-01-01"})
    documents = changed(documents, "datalab.yaml", "homologation", "period", to={"from": "2026-01-01"})
    decision = judge(approved(documents))
    assert decision.allowed
    assert rows(decision.model_copy(update={"until": None}))[0][2] == "sans fin connue"
