"""From the button to the first page of a workspace: the Datalab's whole path, and plain DockerSpawner.

Ten starts each, one of ours then one of theirs, each from a stopped state, by a client that listens to the
hub's progress as its page does. Not a test: nothing is asserted of time.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import docker
import httpx
from docker.errors import NotFound

from onboarding.demo.browser import Browser
from onboarding.demo.html import Page
from onboarding.demo.workspace import Workspace
from tests.benchmarks.plain_hub import LOGIN, PASSWORD, plain_hub
from tests.benchmarks.start_marks import Start, docker_moment, median, stages_of
from tests.benchmarks.table import Row
from tests.support.site import ROOT, Installation

TIMES = 10
PAGES = 30
PROGRESS = re.compile(r'(?:EventSource\(|data-progression=)"([^"]+)"')
PERSON, PROCESSING = "c.martin", "aides-reperage"


class Watch:
    """Notes when the hub first says that a workspace is ready: in its progress, or by leading there."""

    def __init__(self, client: httpx.Client) -> None:
        self.ready: float | None = None
        client.event_hooks = {"response": [self._see]}

    def _see(self, response: httpx.Response) -> None:
        if response.headers.get("location", "").startswith("/user/"):
            self.note()

    def note(self) -> None:
        """It is ready, since now at the latest."""
        self.ready = self.ready or time.time()


def press(browser: Browser, button: Callable[[], Page]) -> tuple[float, float, float]:
    """When a button was pressed, when the hub said `ready`, when the workspace's page was there."""
    watch, pressed = Watch(browser.client), time.time()
    page = button()
    told = PROGRESS.search(page.content)
    if told:
        _listen(browser, urljoin(page.url, html.unescape(told[1])), watch)
        page = browser.get(page.url)
    arrived = time.time()
    assert page.status == 200, f"{page.url}: {page.status}\n{page.text}"
    assert "/lab" in urlsplit(page.url).path, f"{page.url}\n{page.text}"
    assert watch.ready, f"the hub never led to {page.url}"
    return pressed, watch.ready, arrived


def _listen(browser: Browser, address: str, watch: Watch) -> None:
    with browser.client.stream("GET", address, headers={"Accept": "text/event-stream"}) as events:
        for line in events.iter_lines():
            told = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
            assert not told.get("failed"), told
            if told.get("ready"):
                watch.note()
                return
    raise AssertionError(f"{address} ended without a word")


def moments(engine: docker.APIClient, container: str) -> tuple[float, float]:
    """When Docker began to make a container, and when it ran."""
    found = engine.inspect_container(container)
    return docker_moment(found["Created"]), docker_moment(found["State"]["StartedAt"])


def start_ours(site: Installation, engine: docker.APIClient, browser: Browser) -> Start:
    """One start of ours, stopped again."""
    home = browser.home()
    form = home.form_to(f"/espace/{PROCESSING}")
    assert form, home.text
    pressed, ready, arrived = press(browser, lambda: browser.submit(home, form))
    name = site.name(PERSON, PROCESSING)
    created, started = moments(engine, str(name))
    socket = (site.places.run / "ws" / str(name) / "j.sock").stat().st_ctime
    browser.stop(Workspace(browser.wire, f"{site.address}/user/{name.person}/{name.processing}/"))
    _wait_gone(engine, str(name))
    return Start(pressed, created, started, socket, ready, arrived)


def start_theirs(engine: docker.APIClient, browser: Browser) -> Start:
    """One start of the peer's, stopped again."""
    pressed, ready, arrived = press(browser, lambda: browser.get("/hub/spawn"))
    container = f"datalab-peer-{LOGIN}"
    created, started = moments(engine, container)
    token = browser.wire.token(f"{browser.address}/hub/home")
    headers = {"X-XSRFToken": token, "Referer": f"{browser.address}/hub/home", "Sec-Fetch-Mode": "cors"}
    answer = browser.client.delete(f"{browser.address}/hub/api/users/{LOGIN}/server", headers=headers)
    assert answer.status_code in {202, 204}, answer.text
    _wait_gone(engine, container)
    return Start(pressed, created, started, None, ready, arrived)


def _wait_gone(engine: docker.APIClient, container: str) -> None:
    """The next start begins on a quiet machine, without the last one's container."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            engine.inspect_container(container)
        except NotFound:
            time.sleep(0.5)
            return
        time.sleep(0.05)
    raise AssertionError(f"{container} was not removed")


def plain_image() -> str:
    """The id of the peer's image, built when it is missing."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "images.json"
        subprocess.run(
            [sys.executable, ROOT / "images" / "build.py", "--plain", "--out", out], check=True, capture_output=True
        )
        identity: str = json.loads(out.read_text(encoding="utf-8"))["plain-jupyter"]["id"]
        return identity


def measure(site: Installation, times: int = TIMES) -> list[Row]:
    """Starts of both, interleaved; the first page of the hub."""
    engine = docker.APIClient(base_url="unix:///var/run/docker.sock", version="1.41")
    with plain_hub(plain_image(), engine) as address, site.signed_in(PERSON) as ours:
        pages = [_timed(ours.home) for _ in range(PAGES)]
        if address is None:
            found = [start_ours(site, engine, ours) for _ in range(times)]
            return [*_pages(pages, None), *_rows(found, [])]
        with Browser(address) as theirs:
            theirs.sign_in(LOGIN, PASSWORD)
            peer_pages = [_timed(theirs.home) for _ in range(PAGES)]
            pairs = [(start_ours(site, engine, ours), start_theirs(engine, theirs)) for _ in range(times)]
    return [*_pages(pages, peer_pages), *_rows([a for a, _ in pairs], [b for _, b in pairs])]


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _pages(ours: list[float], theirs: list[float] | None) -> list[Row]:
    peer = _ms(median(theirs)) if theirs else "no npm: not measured"
    worst = _ms(max(theirs)) if theirs else ""
    return [
        Row("hub's home page, median", _ms(median(ours)), peer, "100 ms"),
        Row(f"hub's home page, worst of {PAGES}", _ms(max(ours)), worst),
    ]


def _rows(ours: list[Start], theirs: list[Start]) -> list[Row]:
    peer = [start.whole for start in theirs]
    whole = [start.whole for start in ours]
    ratio = f"{median(whole) / median(peer):.2f}" if peer else "peer not measured: install npm"
    return [
        Row("workspace, button to first page, median", _s(median(whole)), _s(median(peer)) if peer else ""),
        Row(f"workspace, worst of {len(ours)}", _s(max(whole)), _s(max(peer)) if peer else ""),
        Row("workspace, ratio of medians", ratio, "", "0.40"),
        *_stages(ours, theirs),
    ]


def _stages(ours: list[Start], theirs: list[Start]) -> list[Row]:
    mine, other = stages_of(ours), stages_of(theirs) if theirs else {}
    names = dict.fromkeys([*mine, *other])
    return [Row(f"  {name}", _ms(mine.get(name)), _ms(other.get(name))) for name in sorted(names, key=_order(mine))]


def _order(mine: dict[str, float]) -> Callable[[str], int]:
    """In the order of ours; what only the peer has stands before the last."""
    known = list(mine)
    return lambda name: 2 * known.index(name) if name in known else 2 * len(known) - 3


def _s(seconds: float) -> str:
    return f"{seconds:.2f} s"


def _ms(seconds: float | None) -> str:
    return "" if seconds is None else f"{1000 * seconds:.0f} ms"
