"""The hub with two thousand simulated workspaces, a hundred at a time: how many fail, how long it takes, its weight.

Hub, sign-in, directory, law and register are real; the guard is simulated (`simulated_guard`), because
two thousand containers are not what is measured. python -m tests.benchmarks.bench_hub [--people 400]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from policies.settings import Places
from tests.benchmarks.table import Row, render
from tests.support.guarded_register import GuardedRegister, dataset, project
from tests.support.open_law import write_open_law
from tests.support.running_hub import NAVIGATION, ROOT, RunningHub, running_hub
from tests.support.slapd import Entry, group, person

PROCESSINGS = tuple(f"aides-etude-{number}" for number in range(1, 6))
AT_ONCE = 100
PATIENCE_S = 120
PASSWORD = "mot de passe"
STEPS = (100, 500, 1000, 2000)


def login(number: int) -> str:
    return f"p{number:05}"


def entries(count: int) -> list[Entry]:
    logins = [login(number) for number in range(count)]
    return [*(person(each, each, "Essai", "minsante", PASSWORD) for each in logins), group("datalab-aides", logins)]


def write_register(folder: Path, count: int) -> GuardedRegister:
    """One project, five processings, everybody in each team."""
    register = GuardedRegister(folder)
    register.add({f"people/{login(number)}.yaml": {} for number in range(count)})
    document = project()
    one = document["processings"].popitem()[1]
    entry = next(iter(one["team"].values()))
    one |= {"team": {login(number): entry for number in range(count)}}
    one["datasets"] = {"communes-2": one["datasets"]["communes"]}
    register.add({"datasets/communes-2.yaml": dataset([])})
    document["processings"] = {name: dict(one) for name in PROCESSINGS}
    register.add({"projects/nombreux.yaml": document})
    return register


@dataclass
class Person:
    """A browser of one person, on the hub's socket."""

    client: httpx.AsyncClient
    name: str

    async def token(self) -> str:
        page = await self.client.get("/hub/home")
        found = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
        return found.group(1) if found else str(self.client.cookies["_xsrf"])

    async def sign_in(self) -> None:
        page = await self.client.get("/hub/login")
        found = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
        form = {"_xsrf": found.group(1) if found else "", "username": self.name, "password": PASSWORD}
        answer = await self.client.post("/hub/login", data=form)
        assert answer.status_code == 302, answer.text

    async def open(self, processing: str) -> float:
        """Seconds from the button to a workspace that answers."""
        token = await self.token()
        begun = time.monotonic()
        form = {"_xsrf": token, "profile": "petit"}
        answer = await self.client.post(f"/hub/espace/{processing}", data=form)
        assert answer.status_code == 302, f"{answer.status_code} {answer.text[-300:]}"
        if answer.headers["location"].startswith("/hub/spawn-pending/"):
            await self._follow(processing, token)
        return time.monotonic() - begun

    async def _follow(self, processing: str, token: str) -> None:
        """What the page that waits listens to, until the workspace is ready."""
        address = f"/hub/api/users/{self.name}/servers/{processing}/progress"
        async with self.client.stream("GET", address, headers={"X-Xsrftoken": token}) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    told = json.loads(line.removeprefix("data: "))
                    assert not told.get("failed"), told
                    if told.get("ready"):
                        return
        raise AssertionError(f"{self.name} {processing}: the progress ended without an answer")


@dataclass
class Run:
    """What was measured so far."""

    hub: RunningHub
    opened: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def memory_mib(self) -> float:
        status = Path(f"/proc/{self.hub.processes['hub'].pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found.group(1)) / 1024 if found else 0.0


async def open_one(run: Run, turn: asyncio.Semaphore, one: Person, processing: str) -> None:
    async with turn:
        try:
            run.opened.append(await one.open(processing))
        except (AssertionError, httpx.HTTPError) as error:
            run.failed.append(f"{one.name} {processing}: {type(error).__name__} {error}"[:300])


async def look(run: Run, one: Person, stopped: asyncio.Event) -> None:
    """One person looks at "Mes projets" while the others start."""
    while not stopped.is_set():
        begun = time.monotonic()
        page = await one.client.get("/hub/home")
        assert page.status_code == 200
        run.pages.append(time.monotonic() - begun)
        await asyncio.sleep(0.5)


async def measure(hub: RunningHub, count: int) -> Run:
    run, turn, stopped = Run(hub), asyncio.Semaphore(AT_ONCE), asyncio.Event()
    people = [Person(_client(hub), login(number)) for number in range(count)]
    try:
        for batch in (people[start : start + 16] for start in range(0, count, 16)):
            await asyncio.gather(*(each.sign_in() for each in batch))
        looking = asyncio.create_task(look(run, people[0], stopped))
        wanted = [(one, processing) for processing in PROCESSINGS for one in people]
        done = 0
        for step in [each for each in STEPS if each <= len(wanted)]:
            before, pages = len(run.opened), len(run.pages)
            await asyncio.gather(*(open_one(run, turn, *each) for each in wanted[done:step]))
            done = step
            run.rows.append(_row(run, step, run.opened[before:], run.pages[pages:]))
        stopped.set()
        await looking
        return run
    finally:
        for one in people:
            await one.client.aclose()


def _client(hub: RunningHub) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(uds=str(hub.places.socket("hub")))
    return httpx.AsyncClient(
        transport=transport, base_url="http://datalab.localhost", timeout=PATIENCE_S, headers=NAVIGATION
    )


def _row(run: Run, step: int, opened: list[float], pages: list[float]) -> Row:
    late = statistics.quantiles(opened, n=100)[98] if len(opened) > 1 else 0.0
    page = statistics.median(pages) if pages else 0.0
    figures = (
        f"button to running {statistics.median(opened):.2f} s median, {late:.2f} at the 99th percentile; "
        f"Mes projets {page:.2f} s; hub {run.memory_mib():.0f} MiB"
    )
    return Row(f"{step} workspaces, {len(run.failed)} failed", figures, "7.5 % failed (2017)", "none failed")


@contextmanager
def simulated(places: Places) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.benchmarks.simulated_guard", str(places.socket("guard")), str(places.run)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--people", type=int, default=400)
    count = words.parse_args().people
    with tempfile.TemporaryDirectory(prefix="hub", dir="/tmp") as folder:
        base = Path(folder)
        places = Places(program=base / "program", state=base / "state", run=base / "run", law=base / "law")
        for each in (base / "slapd", places.state, places.run / "ws"):
            each.mkdir(parents=True)
        write_open_law(places.law)
        places.images.write_text(json.dumps({"workspace-python": {"tag": "x", "id": "sha256:" + "a" * 64}}))
        register = write_register(places.register_folder, count)
        changes: dict[str, Any] = {"workspaces": 4000, "starts_at_once": AT_ONCE, "start_timeout_s": PATIENCE_S}
        with (
            simulated(places),
            running_hub(places, base / "slapd", register, entries=entries(count), hub=changes) as hub,
        ):
            run = asyncio.run(measure(hub, count))
    title = f"The hub alone, {AT_ONCE} starts at a time (guard simulated; client on the same two cores)"
    print(render(title, run.rows))
    for line in run.failed[:10]:
        print(line)


if __name__ == "__main__":
    main()
