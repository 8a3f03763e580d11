"""The page on faults says what its tests do: no more, no less."""

from __future__ import annotations

from tests.faults.page import PAGE, ROOT, functions, render
from tests.faults.table import FAULTS

NAMED = {name for fault in FAULTS for name in fault.tests}


def test_the_page_is_what_the_table_and_the_tests_make_of_it() -> None:
    """`make docs` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_test_that_a_fault_names_is_there() -> None:
    assert [name for name in sorted(NAMED) if name.partition("::")[2] not in functions(name.partition("::")[0])] == []


def test_every_test_of_a_fault_is_named_beside_one() -> None:
    files = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests" / "faults").glob("test_*.py"))]
    assert [name for path in files for each in functions(path) if (name := f"{path}::{each}") not in NAMED] == []


def test_a_long_test_is_known_by_its_mark() -> None:
    """Negative control: what tells long from short tells both."""
    killed = functions("tests/faults/test_guard_killed.py")
    assert killed["test_a_guard_killed_before_any_step_leaves_nothing_half_done"]
    assert not killed["test_a_guard_killed_around_what_it_asks_of_docker_leaves_nothing_half_done"]
    assert all(functions("tests/faults/test_processes_killed.py").values())


def test_every_fault_says_what_it_does_and_is_told_once() -> None:
    assert [fault.breaks for fault in FAULTS if not (fault.does and fault.tests)] == []
    assert len({fault.breaks for fault in FAULTS}) == len(FAULTS)
