"""The conditions of a rule in French: what must all hold, what may, what must not, each once and in order."""

from __future__ import annotations

import pytest

from onboarding.reports.conditions import say_condition
from policies.engine.conditions import Node
from tests.support.judged import shipped_law


def said(key: str) -> list[str]:
    """The lines of what a rule requires, indented by two spaces."""
    law = shipped_law()
    node: Node | None = law.rules[key].requires
    assert node is not None
    return [f"{'  ' * depth}{text}" for depth, text in say_condition(node, law.vocabulary)]


def meaning(fact: str) -> str:
    return shipped_law().facts[fact].meaning


def test_conditions_of_one_level_stand_below_one_another() -> None:
    period = [f"{meaning(each)} : comprend ce jour" for each in ("project.period", "processing.period")]
    assert sorted(said("open_workspace/DL-03")) == sorted(period)


def test_that_a_fact_is_there_goes_without_saying_where_more_is_asked_of_it() -> None:
    assert said("mount_part/SANTE-06") == [
        f"{meaning('datalab.homologation.frameworks')}, dont : zone homologuée au référentiel du SNDS",
        f"{meaning('datalab.homologation.period')} : comprend ce jour",
    ]


def test_alternatives_are_below_the_line_that_says_so() -> None:
    lines = said("mount_part/RGPD-01")
    start = lines.index("l'une au moins de ces conditions :")
    assert lines[start + 1] == f"  renseigné : {meaning('processing.legal_basis.text')}"
    assert lines[start + 2].startswith(f"  {meaning('processing.legal_basis.article')}, parmi : ")


def test_each_way_says_what_it_admits_and_what_it_needs() -> None:
    lines = said("mount_part/STAT-02")
    assert [line.strip() for line in lines].count("elle admet :") == 2
    assert [line.strip() for line in lines].count("elle demande :") == 2
    kinds = shipped_law().words["title_kinds"]
    assert f"titre : {kinds['engagement_confidentialite']}, qui couvre la personne" in lines
    assert any(line.strip() == f"titre : {kinds['avis_css']}, qui couvre la personne et la partie" for line in lines)


def test_a_title_that_must_be_such_says_what_it_bears() -> None:
    lines = [line.strip() for line in said("mount_part/FISC-02")]
    assert "et qui porte :" in lines
    assert any(line.startswith("l'un de ceux-ci : ") and line.endswith(", tel que :") for line in lines)


def test_a_condition_on_a_condition_is_said_as_if_and_then() -> None:
    lines = [line.strip() for line in said("mount_part/SANTE-01")]
    assert (lines.count("si :"), lines.count("alors :")) == (2, 2)
    assert "le contraire de :" in lines


@pytest.mark.parametrize("key", sorted(shipped_law().rules))
def test_every_condition_of_the_law_can_be_said_without_a_hole(key: str) -> None:
    law = shipped_law()
    for node in (law.rules[key].where, law.rules[key].requires):
        for depth, text in say_condition(node, law.vocabulary) if node is not None else ():
            assert depth >= 0
            assert text.strip()
            assert not any(hole in text for hole in ("{", "}", "None", "(non renseigné)")), text
