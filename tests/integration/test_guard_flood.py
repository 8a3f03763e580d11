"""A hub that only asks what it may not: every request is refused and counted, and the guard stays as it is."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.support.bad_requests import BROKEN_OFF, NOT_HTTP, REFUSED
from tests.support.guarded_site import DOCKER, NAME, GuardedSite, guarded_site, test_image, wait_for

ROOT = Path(__file__).parents[2]
KINDS = len(REFUSED) + len(NOT_HTTP) + len(BROKEN_OFF)
MOST_GROWTH_KIB = 2_048


@pytest.fixture
def site() -> Iterator[GuardedSite]:
    engine = docker.APIClient(base_url=DOCKER, version="1.41")
    try:
        image = test_image(engine)
    finally:
        engine.close()
    with guarded_site(image) as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_kept_of_the_log() -> Iterator[None]:
    """Pytest keeps every line of the log in memory, which is not the guard's."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


def flood(site: GuardedSite, rounds: int) -> dict[str, int]:
    """How often each status came, for so many of every kind."""
    command = [sys.executable, "-m", "tests.support.bad_requests", str(site.socket), str(rounds * KINDS)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, int] = json.loads(done.stdout)
    return found


def memory_kib() -> int:
    """Of this process, in which the guard runs."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))


def refusals(site: GuardedSite) -> int:
    return site.journal().count("call_refused")


@pytest.mark.parametrize("number", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_bad_requests_are_refused_counted_leave_memory_flat_and_the_guard_up(site: GuardedSite, number: int) -> None:
    rounds = -(-number // KINDS)
    flood(site, 20)
    journaled = len(REFUSED) + 1
    wait_for(lambda: refusals(site) == 20 * journaled)
    before = memory_kib()
    found, after = flood(site, rounds), memory_kib()  # before this process reads all that was journaled
    assert after - before < MOST_GROWTH_KIB
    assert found == {
        "403": rounds * len(REFUSED),
        "400": rounds * len(NOT_HTTP),
        "left": rounds * len(BROKEN_OFF),
    }
    wait_for(lambda: refusals(site) == (20 + rounds) * journaled)
    site.open()
    assert site.inside(NAME, "true")[0] == 0
