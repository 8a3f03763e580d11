"""A person may replace their workspace's server by one that answers anybody: anybody still gets nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from onboarding.demo.browser import Browser
from onboarding.demo.workspace import Workspace
from policies.names import WorkspaceName
from tests.support.front import PASS_COOKIE, SECRET_COOKIE
from tests.support.site import Installation

LOGIN, COLLEAGUE, PROCESSING = "c.martin", "a.benali", "aides-evaluation"
WORD = "donnees-sans-droit"
# takes the place of JupyterLab's server, and tells whoever asks
REPLACED = f"""
import os, socket
os.umask(0o007)
os.unlink("/run/ws/j.sock")
server = socket.socket(socket.AF_UNIX)
server.bind("/run/ws/j.sock")
server.listen()
print("listens", flush=True)
if os.fork():
    os._exit(0)
os.close(1)
while True:
    client, _ = server.accept()
    client.recv(65536)
    client.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\nContent-Length: {len(WORD)}\\r\\n\\r\\n{WORD}")
    client.close()
"""


@pytest.fixture
def owner(site: Installation) -> Iterator[tuple[Browser, Workspace]]:
    """A person's browser, and their workspace with another server."""
    with site.signed_in(LOGIN) as browser:
        workspace = browser.open(PROCESSING)
        try:
            assert site.inside(site.name(LOGIN, PROCESSING), REPLACED) == "listens"
            yield browser, workspace
        finally:
            browser.stop(workspace)


def seen(browser: Browser, address: str) -> str:
    return browser.get(address).text


def test_whoever_is_not_the_person_gets_nothing_of_a_workspace_whose_server_answers_anybody(
    site: Installation, owner: tuple[Browser, Workspace]
) -> None:
    browser, workspace = owner
    page = f"{workspace.address}lab"
    assert WORD in seen(browser, page)
    with Browser(site.address) as nobody:
        assert (WORD in (found := nobody.get(page)).text, "/hub/login" in found.url) == (False, True)
        assert nobody.client.get(f"{workspace.address}api/kernels").status_code == 401
    with site.signed_in(COLLEAGUE) as colleague:
        found = colleague.get(page)
        assert (found.status, WORD in found.text, "n'est pas le vôtre" in found.text) == (403, False, True)
        assert colleague.client.get(f"{workspace.address}api/kernels").status_code == 401


def test_a_pass_that_a_person_gives_away_is_of_no_use(site: Installation, owner: tuple[Browser, Workspace]) -> None:
    browser, workspace = owner
    host = urlsplit(workspace.address).hostname or ""
    name = site.name(LOGIN, PROCESSING)
    kept = {each.name: each.value for each in browser.client.cookies.jar if host in each.domain}
    given = entrance(browser, name, "0" * 64)
    with site.signed_in(COLLEAGUE) as colleague:
        assert colleague.get(given).status == 403
        cookies = f"{SECRET_COOKIE}={'1' * 64}; {PASS_COOKIE}={kept[PASS_COOKIE]}"
        assert colleague.client.get(f"{workspace.address}api/kernels", headers={"Cookie": cookies}).status_code == 401


def entrance(browser: Browser, name: WorkspaceName, digest: str) -> str:
    """The address on which the hub sends a browser back to its workspace."""
    way = f"{browser.address}/hub/entree/{name.person}/{name.processing}?navigateur={digest}"
    answer: httpx.Response = browser.client.get(way, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def test_entering_is_journaled(site: Installation, owner: tuple[Browser, Workspace]) -> None:
    name = site.name(LOGIN, PROCESSING)
    entered = [each.payload for each in site.journal("signin") if each.entry.kind == "entrance"]
    assert entered[-1] == {"person": name.person, "processing": PROCESSING}
