"""The same probes with one protection missing: each removal is caught by the probes that the table names."""

from __future__ import annotations

import pytest

from tests.isolation.executing import Report, run_alone, run_together
from tests.isolation.inside.frame import PROBES
from tests.isolation.lab import Lab, logged
from tests.isolation.removals import ALWAYS, REMOVALS, WITHOUT_REMOVAL, Removal, nothing
from tests.isolation.scenes import SCENES
from tests.isolation.weakened import Weak, weakened

LIGHT = {name for name, each in PROBES.items() if not each.heavy}
SAMPLE = [each for each in REMOVALS if each.name in ALWAYS]
OTHERS = [each for each in REMOVALS if each.name not in ALWAYS]
LOGGED, MOST_LOGGED = "endless_log", 2 << 20


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
    return found | (_left_in_the_log(lab, weak) if LOGGED in names else {})


def _left_in_the_log(lab: Lab, weak: Weak) -> dict[str, Report]:
    """What the probe that writes into the log without end left on the machine, which it cannot see itself."""
    size = logged(lab.site, weak.container)
    return {LOGGED: Report((f"{size} octets",) if size > MOST_LOGGED else ())}


def _not_there(weak: Weak) -> set[str]:
    """A colleague's program lies where there are colleagues."""
    return {"setuid_of_a_colleague"} if weak.plays in {"small", "narrowed"} else set()


def _got(found: dict[str, Report], name: str) -> bool:
    return name in found and bool(found[name].got)


def check_caught(lab: Lab, removal: Removal) -> None:
    """Each of the probes that the table names gets something; no other is tried."""
    with weakened(lab, removal) as weak:
        found = tried_in(lab, weak, set(removal.caught_by))
    assert {name: str(report) for name, report in found.items() if not report.got} == {}
    assert set(found) == set(removal.caught_by)


def test_with_nothing_removed_every_probe_is_closed(lab: Lab) -> None:
    """The weakened workspaces are made as the others are: what is caught in them is the removal."""
    with weakened(lab, Removal("nothing", "rien", nothing)) as weak:
        found = tried_in(lab, weak, LIGHT)
    assert {name: str(report) for name, report in found.items() if not report.closed} == {}


@pytest.mark.parametrize("removal", SAMPLE, ids=lambda removal: removal.name)
def test_what_is_missing_is_caught(lab: Lab, removal: Removal) -> None:
    check_caught(lab, removal)


@pytest.mark.long
@pytest.mark.parametrize("removal", OTHERS, ids=lambda removal: removal.name)
def test_whatever_is_missing_is_caught(lab: Lab, removal: Removal) -> None:
    check_caught(lab, removal)


def test_every_removal_is_named_once_and_caught_by_probes_that_are_there() -> None:
    names = [each.name for each in REMOVALS]
    assert len(set(names)) == len(names)
    assert set(ALWAYS) <= set(names)
    assert [each.name for each in REMOVALS if not each.caught_by or not set(each.caught_by) <= set(PROBES)] == []


def test_every_probe_catches_a_removal_or_says_why_none_could_be() -> None:
    """A probe that nothing could open would be closed for any reason."""
    catching = {name for each in REMOVALS for name in each.caught_by}
    assert set(PROBES) - catching == set(WITHOUT_REMOVAL)
