"""A hub that only asks what it may not: every request is refused and counted, and the guard stays as it is."""

from __future__ import annotations

import json
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
MANY = 10_000 // KINDS * KINDS + KINDS
MOST_GROWTH_KIB = 4_096


@pytest.fixture(scope="module")
def site() -> Iterator[GuardedSite]:
    engine = docker.APIClient(base_url=DOCKER, version="1.41")
    try:
        image = test_image(engine)
    finally:
        engine.close()
    with guarded_site(image) as made:
        yield made


def flood(site: GuardedSite, number: int) -> dict[str, int]:
    """How often each status came."""
    command = [sys.executable, "-m", "tests.support.bad_requests", str(site.socket), str(number)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, int] = json.loads(done.stdout)
    return found


def memory_kib() -> int:
    """Of this process, in which the guard runs."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))


def refusals(site: GuardedSite) -> int:
    return sum(kind != "process_started" for kind in site.journal())


def test_ten_thousand_bad_requests_are_refused_counted_and_leave_memory_flat(site: GuardedSite) -> None:
    flood(site, 50 * KINDS)
    before, counted = memory_kib(), refusals(site)
    rounds = MANY // KINDS
    found = flood(site, MANY)
    assert found["403"] == rounds * len(REFUSED)
    assert found["left"] == rounds * len(BROKEN_OFF)
    assert found.get("400", 0) + found.get("closed", 0) == rounds * len(NOT_HTTP)
    # of what was begun and left, one kind was a call already
    wait_for(lambda: refusals(site) - counted >= rounds * len(REFUSED))
    assert refusals(site) - counted <= rounds * (len(REFUSED) + len(BROKEN_OFF))
    assert memory_kib() - before < MOST_GROWTH_KIB


def test_after_them_an_honest_hub_is_served(site: GuardedSite) -> None:
    flood(site, KINDS)
    site.open()
    assert site.inside(NAME, "true")[0] == 0

