"""A browser on a page of a workspace, and everything that a script there could reach."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.isolation.browser.elsewhere import Elsewhere
from tests.support.front import RENDER, Edit, running_front, without
from tests.support.hostile import Hostile, as_answer

HUB = "datalab.localhost"
OWN, OTHER = "abcd--impots", "efgh--autre"
# what gets through may take so long; what is refused is never seen: then so long, and as many round trips of the same
# browser to the same front, which take longer on a busy machine too
PATIENCE_S = 10.0
QUIET_S, ROUND_TRIPS = 0.4, 6
PAGE = "<!doctype html><html lang=fr><title>Espace</title><body><p id=p>page</p></body></html>"


def speak(client: socket.socket, asked: bytes) -> None:
    """A workspace's server that its person wrote anew: pages, workers, files to save."""
    target = asked.split(b" ")[1]
    if b".js" in target:
        client.sendall(_answer("text/javascript", "self.onmessage = e => postMessage(1);"))
    elif b"fichier" in target:
        client.sendall(_answer("text/html", "a;b\n1;2\n", "Content-Disposition: attachment; filename=donnees.csv"))
    elif b"table" in target:
        client.sendall(_answer("text/csv", "a;b\n1;2\n"))
    elif b"interim" in target:
        client.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n" + _answer("text/html", PAGE))
    elif b"nu" in target:
        client.sendall(b"\r\n" + _answer("text/html", PAGE))
    else:
        client.sendall(_answer("text/html", PAGE))


def _answer(kind: str, body: str, *lines: str) -> bytes:
    return as_answer("200 OK", body.encode(), *lines).replace(b"application/json", kind.encode())


@dataclass
class Neighbours:
    """What listens behind the fronts: a hub, the door, two workspaces; and a host that is not ours."""

    folder: Path
    elsewhere: Elsewhere
    hub: Hostile
    door: Hostile
    own: Hostile
    other: Hostile


@contextmanager
def neighbours(folder: Path) -> Iterator[Neighbours]:
    """All of them on their sockets, until the end."""
    made = Neighbours(
        folder,
        Elsewhere(),
        Hostile(folder / "hub" / "hub.sock"),
        Hostile(folder / "door" / "door.sock"),
        Hostile(folder / "ws" / OWN / "j.sock"),
        Hostile(folder / "ws" / OTHER / "j.sock"),
    )
    made.hub.answer = _answer("text/html", PAGE)
    made.door.answer = as_answer("403 Forbidden", b'{"message": "refus"}')
    for each in (made.own, made.other):
        each.speak = lambda client, server=each: speak(client, server.asked[-1])  # type: ignore[misc]
    try:
        yield made
    finally:
        for each in (made.hub, made.door, made.own, made.other):
            each.stop()
        made.elsewhere.stop()


@dataclass
class World:
    """One page of a workspace in a browser of its own, and what was seen while a script ran there."""

    page: Page
    port: int
    around: Neighbours
    said: list[str] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)
    windows: list[Page] = field(default_factory=list)

    @property
    def own(self) -> str:
        """The workspace's own origin, without the slash."""
        return f"http://{OWN}.{self.domain}:{self.port}"

    @property
    def other(self) -> str:
        """Another workspace's origin."""
        return f"http://{OTHER}.{self.domain}:{self.port}"

    @property
    def hub(self) -> str:
        """The hub's origin."""
        return f"http://{HUB}:{self.port}"

    domain: str = "espaces.localhost"

    def places(self) -> dict[str, Any]:
        """What a script is told."""
        found = self.around.elsewhere
        return {
            "own": f"{self.own}/user/abcd/impots/",
            "other": f"{self.other}/user/efgh/autre/",
            "hub": f"{self.hub}/hub/",
            "elsewhere": found.address,
            "safe": found.safe_address,
            "port": found.port,
        }

    def arrived(self, word: str) -> bool:
        """Whether something with this word in it arrived at the host that is not ours."""
        return any(word in each for each in self.around.elsewhere.arrived)

    def asked(self, server: Hostile, word: str) -> bool:
        """Whether one of our servers was asked for something with this word."""
        return any(word.encode() in each.split(b"\r\n")[0] for each in server.asked)

    def attempt(self, script: str, through: Callable[[World, Any], bool], expected: bool) -> bool:
        """Run a script in the page; whether what it tried got through. What is expected is waited for longer."""
        self.around.elsewhere.arrived.clear()
        for server in (self.around.hub, self.around.other, self.around.door):
            server.asked.clear()
        result = self.page.evaluate(f"async places => {{ {script} }}", self.places())
        begun, trips = time.monotonic(), 0
        while not through(self, result):
            passed = time.monotonic() - begun
            if passed > PATIENCE_S or (not expected and passed > QUIET_S and trips >= ROUND_TRIPS):
                return False
            self._round_trip()
            trips += 1
        return True

    def _round_trip(self) -> None:
        """The page asks its own front something; a page that was led away only waits."""
        try:
            self.page.evaluate(
                "async to => { await fetch(to).then(answer => answer.text()); }", f"{self.own}/favicon.ico"
            )
        except Error:
            self.page.wait_for_timeout(50)


@contextmanager
def world(browser: Browser, port: int, around: Neighbours, domain: str = "espaces.localhost") -> Iterator[World]:
    """A page of the workspace, opened as a person does, in a browser that grants what it is asked."""
    context: BrowserContext = browser.new_context(accept_downloads=True)
    try:
        context.grant_permissions(["clipboard-read", "clipboard-write", "geolocation"])
        made = World(context.new_page(), port, around, domain=domain)
        context.on("page", lambda page: made.windows.append(page))  # noqa: PLW0108 - Playwright marks what it is given
        made.page.on("console", lambda said: made.said.append(said.text))
        made.page.on("download", lambda found: made.downloads.append(found.url))
        made.page.goto(f"{made.own}/user/abcd/impots/lab")
        yield made
    finally:
        context.close()


class Fronts:
    """Fronts by the protections that they lack, each started when first asked for."""

    def __init__(self, start: Callable[..., Any], tag: str, folder: Path, edits: dict[str, Edit]) -> None:
        self._start = start
        self._tag = tag
        self._folder = folder
        self._edits = edits
        self._ports: dict[frozenset[str], int] = {}

    def port(self, lacking: frozenset[str]) -> int:
        """The port of a front without these protections."""
        if lacking not in self._ports:
            edits = [self._edits[name] for name in sorted(lacking)]
            self._ports[lacking] = self._start(running_front, self._tag, self._folder, *edits)
        return self._ports[lacking]

    def within_the_hub(self) -> int:
        """The port of a front whose workspaces are hosts under the hub's, which its settings refuse."""
        unchecked = without(RENDER, r"    faults \+= relation_faults\(settings\)\n")
        settings = {"WORKSPACE_DOMAIN": "espaces.datalab.localhost"}
        return int(self._start(running_front, self._tag, self._folder, unchecked, **settings))
