"""What one workspace takes of what all share: it is held back, and its neighbours do not notice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.isolation.executing import Report, alone, run_alone
from tests.isolation.lab import MIB, Lab, logged

LOGGED = "endless_log"
GREEDY = [name for name in alone(heavy=True) if name != LOGGED]


@pytest.fixture(scope="module")
def meanwhile(lab: Lab) -> Iterator[tuple[dict[str, Report], list[set[str]]]]:
    """What each greedy probe got, and what a colleague's ordinary probes said while they went on."""
    ordinary = ["what_the_hub_tells", "files_of_others", "too_many_open_files"]
    with ThreadPoolExecutor(1) as hand:
        hungry = hand.submit(run_alone, str(lab.name("hungry")), lab.facts("hungry"), GREEDY)
        seen = []
        while not hungry.done():
            reports = run_alone(str(lab.name("mate")), lab.facts("mate"), ordinary)
            seen.append({f"{name}: {report}" for name, report in reports.items() if not report.closed})
        yield hungry.result(), seen


@pytest.mark.parametrize("name", GREEDY)
def test_what_a_workspace_takes_ends_at_its_limit(
    meanwhile: tuple[dict[str, Report], list[set[str]]], name: str
) -> None:
    assert meanwhile[0][name] == Report()


def test_a_colleague_works_on_while_everything_is_taken(meanwhile: tuple[dict[str, Report], list[set[str]]]) -> None:
    """Probes that reach the hub, walk through all files and open many: each could try, to its end."""
    assert len(meanwhile[1]) > 1
    assert set().union(*meanwhile[1]) == set()


def test_the_workspace_that_took_all_it_could_still_answers(
    lab: Lab, meanwhile: tuple[dict[str, Report], list[set[str]]]
) -> None:
    state = json.loads(lab.site.docker("inspect", str(lab.name("hungry"))))[0]["State"]
    assert (state["Running"], state["Pid"]) == (True, lab.inspect("hungry")["State"]["Pid"])
    assert lab.site.inside(lab.name("hungry"), "print(6 * 7)") == "42"
    assert meanwhile


def test_twenty_mebibytes_of_log_leave_less_than_two_on_the_machine(lab: Lab) -> None:
    """Docker turns the file over a while after it is full, so that a little more than its size may stand."""
    assert run_alone(str(lab.name("hungry")), lab.facts("hungry"), [LOGGED]) == {LOGGED: Report()}
    assert 0 < logged(lab.site, str(lab.name("hungry"))) < 2 * MIB
