"""From a change of the register to dead processes: fifty workspaces run, all lose their right, then one by one.

python -m tests.benchmarks.bench_revocation [--workspaces 50] [--rounds 3]
"""

from __future__ import annotations

import argparse
import os
import select
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import docker

from policies.names import WorkspaceName
from policies.register.follow import read_register
from tests.benchmarks.table import Row, render
from tests.support.guarded_register import PROCESSING
from tests.support.guarded_site import DOCKER, GuardedSite, guarded_site, test_image, wait_for

PROJECT = "projects/aides.yaml"
TARGET = "2000 ms at the 99th percentile"
AT_ONCE = 4
PATIENCE_S = 30.0


def people(count: int) -> list[str]:
    return [f"pmany{number:02}" for number in range(count)]


def welcome(site: GuardedSite, persons: list[str]) -> dict[str, Any]:
    """Everybody is in the directory, the register and the team; the project's document as it then is."""
    site.people.ids |= set(persons)
    site.register.add({f"people/{person}.yaml": {} for person in persons})
    document: dict[str, Any] = site.register.documents[PROJECT]
    team = document["processings"][PROCESSING]["team"]
    entry = next(iter(team.values()))
    team |= dict.fromkeys(persons, entry)
    site.register.change(PROJECT, document)
    return document


def open_all(site: GuardedSite, persons: list[str]) -> dict[str, int]:
    """Everybody's workspace runs; a handle on the first process of each."""
    names = [WorkspaceName(person, PROCESSING) for person in persons]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(site.open, names))
    found = {name.person: site.docker.inspect_container(str(name))["State"]["Pid"] for name in names}
    return {person: os.pidfd_open(pid) for person, pid in found.items()}


def deaths(handles: dict[str, int], act: Callable[[], float]) -> list[float]:
    """Milliseconds from the moment that `act` answers to the death of each process."""
    begun = act()
    waiting, found = dict(handles), []
    while waiting:
        ready, _, _ = select.select(list(waiting.values()), [], [], PATIENCE_S)
        assert ready, f"{len(waiting)} still live after {PATIENCE_S} s"
        moment = time.monotonic()
        for person in [person for person, handle in waiting.items() if handle in ready]:
            found.append(1000 * (moment - begun))
            os.close(waiting.pop(person))
    return found


def dismiss(site: GuardedSite, document: dict[str, Any], persons: list[str]) -> float:
    """They leave the team; the moment at which the register said so."""
    changed = {**document, "processings": {PROCESSING: dict(document["processings"][PROCESSING])}}
    processing = changed["processings"][PROCESSING]
    processing["team"] = {who: entry for who, entry in processing["team"].items() if who not in persons}
    site.register.change(PROJECT, changed)
    document["processings"][PROCESSING]["team"] = processing["team"]
    return (site.places.register_folder / "manifest.json").stat().st_mtime - time.time() + time.monotonic()


def measure(site: GuardedSite, count: int, rounds: int) -> tuple[list[float], list[float]]:
    """Death of all at once, `rounds` times; then of one at a time."""
    together: list[float] = []
    for _ in range(rounds):
        document = welcome(site, people(count))
        handles = open_all(site, people(count))
        together += deaths(handles, lambda d=document: dismiss(site, d, people(count)))  # type: ignore[misc]
        wait_for(lambda: site.containers() == [], 120)
    document = welcome(site, people(count))
    handles = open_all(site, people(count))
    apart = [
        each
        for person in people(count)[:20]
        for each in deaths({person: handles[person]}, lambda p=person: dismiss(site, document, [p]))  # type: ignore[misc]
    ]
    return together, apart


def row(what: str, found: list[float]) -> Row:
    median, worst = statistics.median(found), max(found)
    late = statistics.quantiles(found, n=100)[98]
    return Row(
        what,
        f"{median:.0f} ms median, {late:.0f} at the 99th percentile, {worst:.0f} worst",
        "never (JupyterHub)",
        TARGET,
    )


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--workspaces", type=int, default=50)
    words.add_argument("--rounds", type=int, default=3)
    given = words.parse_args()
    engine = docker.APIClient(base_url=DOCKER, version="1.41")
    with guarded_site(test_image(engine)) as site:
        assert read_register(site.places.register_folder).find_processing(PROCESSING)
        together, apart = measure(site, given.workspaces, given.rounds)
    engine.close()
    rows = [row(f"all {given.workspaces} lose their right", together), row("one of them does, 20 times", apart)]
    print(render("Register change to dead process", rows))


if __name__ == "__main__":
    main()
