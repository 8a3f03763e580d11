"""What an analyst who wants out tries inside a running workspace: every attempt is closed.

That an attempt could succeed at all is shown by `test_negative_controls.py`, where one protection is missing.
"""

from __future__ import annotations

import pytest

from tests.isolation.executing import Report, alone, run_alone, run_together, together
from tests.isolation.lab import ROLES, Lab
from tests.isolation.scenes import SCENES

WHERE = [role for role in ROLES if role != "hungry"]


@pytest.fixture(scope="session")
def found_alone(lab: Lab) -> dict[str, dict[str, Report]]:
    """Every probe that needs nobody, in every workspace."""
    return {role: run_alone(str(lab.name(role)), lab.facts(role), _possible(role)) for role in WHERE}


def _possible(role: str) -> list[str]:
    """A colleague's program lies where there are colleagues."""
    left_out = {"setuid_of_a_colleague"} if role not in {"large", "same"} else set()
    return [name for name in alone(heavy=False) if name not in left_out]


@pytest.mark.parametrize("name", alone(heavy=False))
def test_closed_in_every_workspace(found_alone: dict[str, dict[str, Report]], name: str) -> None:
    tried = {role: found[name] for role, found in found_alone.items() if name in found}
    assert tried
    assert {role: str(report) for role, report in tried.items() if not report.closed} == {}


@pytest.fixture(scope="session")
def found_together(lab: Lab) -> dict[tuple[str, str], Report]:
    """Every probe that needs a helper, in each of its scenes."""
    found = {}
    for (main, helper), names in SCENES.items():
        sides = [(str(lab.name(role)), lab.facts(role)) for role in (main, helper)]
        reports = run_together(sides[0], sides[1], names)
        found |= {(name, f"{main} aided by {helper}"): report for name, report in reports.items()}
    return found


@pytest.mark.parametrize("name", together())
def test_closed_between_two_workspaces(found_together: dict[tuple[str, str], Report], name: str) -> None:
    tried = {scene: report for (each, scene), report in found_together.items() if each == name}
    assert tried
    assert {scene: str(report) for scene, report in tried.items() if not report.closed} == {}
