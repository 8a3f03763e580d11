"""The page of measures is dated, and says of each benchmark what it printed or that it was not run."""

from __future__ import annotations

import re

from tests.benchmarks.__main__ import MODULES
from tests.support.site import ROOT

PAGE = (ROOT / "docs" / "measures.md").read_text(encoding="utf-8")


def test_each_copy_of_figures_has_its_day() -> None:
    headings = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    assert [each for each in headings if not re.match(r"\d{4}-\d\d-\d\d: ", each)] == ["Not measured in this copy"]


def test_every_benchmark_is_on_the_page() -> None:
    assert [name for name in (*MODULES, "start_up") if name not in PAGE] == []


def test_the_figures_that_were_asked_for_stand_on_the_page() -> None:
    figures = ["Cedar parsed once over ours", "Cedar parsing each time", "peak of memory", "one changed file taken up"]
    assert [each for each in figures if each not in PAGE] == []
