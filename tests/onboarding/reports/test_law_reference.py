"""The French pages of the law are drawn from its files: nothing is left out, no link leads nowhere, none is old."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from onboarding.reports.law_reference import OUTCOMES, render_reference
from tests.support.judged import shipped_law

PAGES = Path(__file__).parents[3] / "docs" / "law"
RENDERED = render_reference(shipped_law())


def test_the_pages_in_the_docs_are_those_of_the_law() -> None:
    """If this fails: `datalab law reference --law policies/law --write docs/law`."""
    found = {str(path.relative_to(PAGES)): path.read_text(encoding="utf-8") for path in PAGES.rglob("*.md")}
    assert sorted(found) == sorted(RENDERED)
    for page, text in RENDERED.items():
        assert found[page] == text, page


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as code forges write them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {"".join(letter for letter in each.lower() if letter.isalnum() or letter in "-_") for each in headings}


@pytest.mark.parametrize("page", sorted(RENDERED))
def test_every_link_between_pages_leads_to_a_heading(page: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", RENDERED[page])
    for path, anchor in links:
        target = str((PAGES / page).parent.joinpath(path).resolve().relative_to(PAGES)) if path else page
        assert target in RENDERED, (path, anchor)
        assert not anchor or anchor in anchors(RENDERED[target]), (path, anchor)


def test_every_rule_is_on_the_page_of_its_action_with_each_of_its_cases() -> None:
    for rule in shipped_law().rules.values():
        text = RENDERED[f"actions/{rule.action}.md"]
        section = text.split(f"\n## {rule.id}\n")[1].split("\n## ")[0]
        cases = [case for case in shipped_law().cases if case.rule == rule.key]
        rows = [line for line in section.splitlines() if re.match(r"\| \d{4}-", line)]
        assert len(rows) == len(cases) > 0, rule.key
        assert all(OUTCOMES[case.expect] in row for case, row in zip(cases, rows, strict=True)), rule.key


def test_every_value_of_every_parameter_is_told_with_the_day_it_begins() -> None:
    for name, parameter in shipped_law().parameters.items():
        section = RENDERED["parameters.md"].split(f"\n## {name}\n")[1].split("\n## ")[0]
        days = re.findall(r"^\| (\d{4}-\d\d-\d\d) \|", section, re.MULTILINE)
        assert days == [day.isoformat() for day in sorted(parameter.file.values)], name


def test_every_regime_every_text_and_every_reminder_is_told() -> None:
    law = shipped_law()
    assert {f"## {each}" for each in law.regimes} <= set(RENDERED["regimes.md"].splitlines())
    assert {f"## {each}" for each in law.notices.reminders} <= set(RENDERED["reminders.md"].splitlines())
    assert all(f"| {each} |" in RENDERED["sources.md"] for each in law.sources)
    assert all(f"| {each} |" in RENDERED["sources.md"] for each in law.notices.readings)


def test_the_table_of_identifiers_has_no_empty_row() -> None:
    rows = [line for line in RENDERED["identifiers.md"].splitlines() if line.startswith("|")][2:]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]
    assert len(cells) == len(shipped_law().notices.identifiers)
    assert [row for row in cells if len(row) != 6 or not all(row)] == []


def test_every_regime_opens_by_a_rule_that_its_page_links() -> None:
    """None of the regimes of the law is left without a route; a page that says so must be read again."""
    assert "aucune voie" not in RENDERED["regimes.md"]
