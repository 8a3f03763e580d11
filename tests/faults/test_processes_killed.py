"""kill -9 of each process of a whole installation in the midst of a start or a stop; a directory that is slow.

It is started anew by itself; a colleague's kernel goes on, nothing half done stays, and the next start opens.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from hub.authenticator import SENTENCES
from hub.launch.ready import wait_for
from hub.refusals import NOTHING_OPENS
from onboarding.demo.browser import Browser, SignInRefusedError
from onboarding.demo.workspace import Workspace
from policies.errors import DatalabError
from tests.support.site import Installation

EVALUATION, REPERAGE = "aides-evaluation", "aides-reperage"
PROCESSES = ("keeper", "signin", "guard", "door", "turnstile", "hub", "front")
MOMENTS_MS = (0, 60, 500, 1200)
pytestmark = pytest.mark.long  # `make test` has tests/end_to_end/test_ends.py and test_failures.py
FAILED_S = 4.0


def pid_of(site: Installation, process: str) -> int:
    """The first process of a program, or of the front's container; 0 while there is none."""
    if process == "front":
        return int(json.loads(site.docker("inspect", site.launch.front_container))[0]["State"]["Pid"])
    return int(site.processes().get(process, 0))


@contextmanager
def killed(site: Installation, process: str, after_ms: int) -> Iterator[None]:
    """It is killed meanwhile, and has come back by itself afterwards."""
    before = pid_of(site, process)
    killer = threading.Timer(after_ms / 1000, os.kill, (before, signal.SIGKILL))
    killer.start()
    try:
        yield
    finally:
        killer.join()
        wait_for(process, lambda: pid_of(site, process) not in {0, before}, "the test's output")
        site.launched("start")  # which returns once all of them answer, and replaces none


def left(site: Installation, name: str) -> list[str]:
    """What there is of a workspace outside its spaces."""
    places = site.places
    folders = [
        places.run / "ws",
        places.run / "mounts",
        places.run / "turnstile",
        places.state / "guard" / "workspaces",
    ]
    paths = [str(path) for folder in folders for path in folder.glob(f"{name}*")]
    points = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines() if name in line]
    return [*paths, *points, *(each for each in site.names() if each == name)]


def sockets(site: Installation) -> set[str]:
    """Files and folders of the processes' own sockets."""
    return {str(path) for path in site.places.run.glob("*/*") if path.parent.name not in {"ws", "mounts", "turnstile"}}


def try_to(act: Callable[[], object]) -> None:
    """What a person does while something dies: it may fail, with a page or without."""
    with suppress(httpx.HTTPError, DatalabError):
        act()


def check_after(site: Installation, browser: Browser, colleague: Workspace, where: str) -> None:
    """The colleague's kernel goes on, the next start opens with the person's file, nothing is left after a stop."""
    assert colleague.run("kept + 1").text == "42", where
    workspace = browser.open(REPERAGE)
    assert workspace.run("open('/home/datalab/garde').read()").text == "'41'", where
    browser.stop(workspace)
    name = str(site.name("c.martin", REPERAGE))
    wait_for(f"{where}: the end", lambda: left(site, name) == [], f"{where}: {left(site, name)}")
    verified = site.datalab("journal", "verify")
    assert verified.returncode == 0, f"{where}: {verified.stdout}{verified.stderr}"


def die_in_a_start_and_in_a_stop(site: Installation, process: str, moments_ms: tuple[int, ...]) -> None:
    with site.workspace("b.leroy", EVALUATION) as colleague, site.signed_in("c.martin") as browser:
        colleague.run("kept = 41")
        workspace = browser.open(REPERAGE)
        workspace.run("open('/home/datalab/garde', 'w').write('41')")
        browser.stop(workspace)
        before = sockets(site)
        for after_ms in moments_ms:
            where = f"{process} killed {after_ms} ms into a start"
            with killed(site, process, after_ms):
                try_to(lambda: browser.open(REPERAGE, timeout_s=FAILED_S))
            check_after(site, browser, colleague, where)
            where, workspace = f"{process} killed {after_ms} ms into a stop", browser.open(REPERAGE)
            with killed(site, process, after_ms):
                try_to(lambda: browser.stop(workspace))  # noqa: B023 - called at once
            check_after(site, browser, colleague, where)
        assert sockets(site) == before


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_killed_in_the_midst_of_a_start_and_of_a_stop_leaves_nothing_half_done(
    site: Installation, process: str
) -> None:
    die_in_a_start_and_in_a_stop(site, process, (150,))


@pytest.mark.parametrize("process", ["guard", "hub", "front"])
def test_what_a_start_passes_through_killed_at_many_moments_of_it(site: Installation, process: str) -> None:
    die_in_a_start_and_in_a_stop(site, process, MOMENTS_MS)


def test_sign_in_killed_while_somebody_signs_in_signs_nobody_in_by_halves(site: Installation) -> None:
    for after_ms in (0, 5, 20, 60, 150):
        with Browser(site.address) as browser:
            with killed(site, "signin", after_ms):
                try_to(lambda: browser.sign_in("c.martin", site.password))
            try_to(lambda: browser.sign_in("c.martin", site.password))  # who is signed in already gets no form
            assert browser.home().form_to(f"/espace/{REPERAGE}"), after_ms
    assert site.datalab("journal", "verify").returncode == 0


def test_a_directory_that_hangs_is_said_in_time_opens_nothing_and_ends_nobody(site: Installation) -> None:
    with site.workspace("b.leroy", EVALUATION) as colleague, site.signed_in("c.martin") as browser:
        colleague.run("kept = 41")
        site.docker("pause", site.launch.directory_container)
        try:
            begun = time.monotonic()
            with Browser(site.address) as other, pytest.raises(SignInRefusedError) as refused:
                other.sign_in("c.martin", site.password)
            page = browser.press(REPERAGE, profile="petit")
            assert time.monotonic() - begun < 45
            assert colleague.run("kept + 1").text == "42"
        finally:
            site.docker("unpause", site.launch.directory_container)
        assert SENTENCES["directory_unavailable"] in str(refused.value)
        assert (page.status, NOTHING_OPENS in page.text) == (503, True)
        assert left(site, str(site.name("c.martin", REPERAGE))) == []
        browser.stop(browser.open(REPERAGE))
        assert colleague.run("kept + 1").text == "42"
