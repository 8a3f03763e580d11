"""The same probes with one protection missing: each removal is caught by the probes that the table names."""

from __future__ import annotations

import pytest

from tests.isolation.executing import Report, alone, run_alone, run_together
from tests.isolation.inside.frame import PROBES
from tests.isolation.lab import Lab
from tests.isolation.removals import REMOVALS, Removal, nothing
from tests.isolation.scenes import SCENES
from tests.isolation.weakened import Weak, weakened


def tried_in(lab: Lab, weak: Weak, names: set[str]) -> dict[str, Report]:
    """What these probes get in a weakened workspace, alone and in every scene in which it can take part."""
    me = (weak.container, weak.facts)
    wanted = [name for name in PROBES if name in names and name not in _not_there(weak)]
    found = run_alone(*me, [name for name in wanted if not PROBES[name].helper])
    for (main, helper), scene in SCENES.items():
        inside = [name for name in scene if name in names and not _got(found, name)]
        if main == weak.plays:
            found |= run_together(me, (str(lab.name(helper)), lab.facts(helper)), inside)
        elif helper == weak.plays:
            found |= run_together((str(lab.name(main)), lab.facts(main)), me, inside)
    return found


def _not_there(weak: Weak) -> set[str]:
    """A colleague's program lies where there are colleagues."""
    return {"setuid_of_a_colleague"} if weak.plays in {"small", "narrowed"} else set()


def _got(found: dict[str, Report], name: str) -> bool:
    return name in found and bool(found[name].got)


def caught(found: dict[str, Report]) -> set[str]:
    return {name for name, report in found.items() if report.got}


LIGHT = {name for name, each in PROBES.items() if not each.heavy}


def test_with_nothing_removed_every_probe_is_closed(lab: Lab) -> None:
    """The weakened workspaces are made as the others are: what is caught in them is the removal."""
    with weakened(lab, Removal("nothing", "rien", nothing)) as weak:
        found = tried_in(lab, weak, LIGHT)
    assert {name: str(report) for name, report in found.items() if not report.closed} == {}


@pytest.mark.parametrize("removal", [each for each in REMOVALS if each.always], ids=lambda removal: removal.name)
def test_what_is_missing_is_caught(lab: Lab, removal: Removal) -> None:
    with weakened(lab, removal) as weak:
        found = tried_in(lab, weak, set(removal.caught_by))
    assert {name: str(report) for name, report in found.items() if not report.got} == {}
    assert set(found) == removal.caught_by != set()


@pytest.mark.long
@pytest.mark.parametrize("removal", REMOVALS, ids=lambda removal: removal.name)
def test_each_removal_is_caught_by_these_probes_and_no_others(lab: Lab, removal: Removal) -> None:
    with weakened(lab, removal) as weak:
        found = tried_in(lab, weak, LIGHT | removal.caught_by)
    assert caught(found) == removal.caught_by, {name: str(found[name]) for name in caught(found)}
    assert alone(heavy=False)
