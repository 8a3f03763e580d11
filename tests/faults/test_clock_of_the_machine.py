"""A whole installation on a clock that leaps a day ahead and comes back, while each of its processes is killed.

The supervisor and all that it runs have this clock; the containers, and the machine, keep theirs.
"""

from __future__ import annotations

import sysconfig
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.guard.judging.ground import forget_later, kept_file
from hub.launch.ready import wait_for
from hub.launch.supervisor import Supervisor
from policies.calendar import ONE_DAY, now
from tests.faults.test_processes_killed import EVALUATION, PROCESSES, REPERAGE, killed, left, sockets
from tests.support.leaping import SLEEP, Clock
from tests.support.site import Installation

pytestmark = pytest.mark.long  # `make test` has the same processes on smaller sites: test_clocks_apart.py
SUPERVISED = [name for name in PROCESSES if name != "front"]


@pytest.fixture
def clock(site: Installation) -> Iterator[Clock]:
    """Everything is started anew on this clock, and on the machine's own afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # each process looks into it under its own account
        made = Clock(Path(folder) / "clock")
        sleep = Path(sysconfig.get_path("purelib")) / "datalab-clock.pth"
        assert site.places.program in sleep.parents, "the tests run in the installation's own Python"
        sleep.write_text(SLEEP)
        try:
            Supervisor(site.places).shut_down()
            site.launched("start", others=made.variables())
            yield made
        finally:
            sleep.unlink()
            Supervisor(site.places).shut_down()
            forget_later(kept_file(site.places), now())
            site.launched("start")


def opens(site: Installation) -> None:
    """Whoever signs in anew opens a workspace, finds what they left, and leaves nothing behind."""
    with site.signed_in("c.martin") as browser:
        workspace = browser.open(REPERAGE)
        assert workspace.run("open('/home/datalab/garde').read()").text == "'41'"
        browser.stop(workspace)
    name = str(site.name("c.martin", REPERAGE))
    wait_for("the end", lambda: left(site, name) == [], f"{left(site, name)}")


def starts_nothing(site: Installation) -> None:
    """The clock is behind, and it is said."""
    with site.signed_in("c.martin") as browser:
        page = browser.press(REPERAGE, profile="petit")
    assert (page.status, "L'horloge de la machine a reculé" in page.text) == (503, True)
    assert left(site, str(site.name("c.martin", REPERAGE))) == []


def kill_each(site: Installation) -> None:
    for process in SUPERVISED:
        with killed(site, process, 0):
            pass


def test_an_installation_that_leaps_a_day_and_comes_back_loses_nothing_and_opens_once_somebody_vouches_for_its_clock(
    site: Installation, clock: Clock
) -> None:
    with site.signed_in("c.martin") as browser:
        workspace = browser.open(REPERAGE)
        workspace.run("open('/home/datalab/garde', 'w').write('41')")
        browser.stop(workspace)
    with site.workspace("b.leroy", EVALUATION) as colleague:
        colleague.run("kept = 41")
        before = sockets(site)
        clock.leap(ONE_DAY)
        opens(site)
        kill_each(site)
        opens(site)
        clock.leap(-ONE_DAY)
        starts_nothing(site)
        kill_each(site)
        starts_nothing(site)
        assert colleague.run("kept + 1").text == "42"
        site.launched("clock", "--reason", "essai : l'horloge avançait d'un jour")
        opens(site)
        clock.leap(-timedelta(hours=1))
        starts_nothing(site)
        assert colleague.run("kept + 1").text == "42"
        clock.leap(timedelta(hours=1))
        opens(site)
        assert sockets(site) == before
    verified = site.datalab("journal", "verify")
    assert (verified.returncode, "l'horloge a reculé" in verified.stdout) == (0, True), verified.stdout
    acts = [each.payload or {} for each in site.journal("launch") if each.entry.kind == "administration"]
    assert "essai : l'horloge avançait d'un jour" in [each.get("reason") for each in acts if each["action"] == "clock"]
