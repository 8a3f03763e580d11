"""A right that ends takes the running workspace with it, kernels and websockets included, and the page says why."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from tornado.websocket import websocket_connect

from onboarding.demo.browser import Browser
from onboarding.demo.workspace import Workspace, execute_request
from policies.calendar import today
from policies.names import WorkspaceName
from tests.support.site import Installation

EVALUATION, REPERAGE = "aides-evaluation", "aides-reperage"
PROJECT = "projects/aides-logement.yaml"
AT_ONCE_S = 2.0


@contextmanager
def process(site: Installation, name: WorkspaceName) -> Iterator[Callable[[float], bool]]:
    """Whether a workspace's first process dies within so many seconds."""
    handle = os.pidfd_open(site.inspect(name)["State"]["Pid"])
    try:
        yield lambda seconds: bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)


def end_the_opinion_on_housing(project: dict[str, Any]) -> None:
    opinion = project["processings"][EVALUATION]["titles"]["avis-logements"]
    opinion["period"]["until"] = (today() - timedelta(days=1)).isoformat()


def until(what: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def told(browser: Browser) -> str:
    """The page's words, line by line."""
    return browser.home().text


def test_a_title_that_ends_takes_the_workspace_with_it_and_the_page_says_which_and_whom_to_ask(
    site: Installation,
) -> None:
    name = site.name("c.martin", EVALUATION)
    with site.signed_in("c.martin") as browser:
        workspace = browser.open(EVALUATION)
        workspace.run("kept = 41")
        with process(site, name) as dies, site.register_changed(PROJECT, end_the_opinion_on_housing):
            assert dies(AT_ONCE_S)
            until(lambda: "un droit a pris fin" in told(browser))
            page = told(browser)
            assert all(
                words in page for words in ("secret statistique", "Qui peut vous aider", "Vos fichiers sont gardés")
            )
            assert "Rejoindre" not in page
            assert browser.get(workspace.address + "lab").status in (200, 503)  # the hub's page, not JupyterLab
            again = browser.open(EVALUATION)
            assert again.run("import os\nos.path.exists('/donnees/menages/logements')").text == "False"
            browser.stop(again)


def test_a_colleague_whom_it_does_not_concern_keeps_their_kernel(site: Installation) -> None:
    with site.workspace("b.leroy", EVALUATION) as colleague, site.signed_in("c.martin") as browser:
        browser.open(EVALUATION)
        colleague.run("kept = 41")
        with process(site, site.name("c.martin", EVALUATION)) as dies:
            with site.register_changed(PROJECT, end_the_opinion_on_housing):
                assert dies(AT_ONCE_S)
            assert colleague.run("kept + 1").text == "42"


def test_an_open_websocket_is_closed_with_its_workspace(site: Installation) -> None:
    with site.signed_in("c.martin") as browser:
        workspace = browser.open(EVALUATION)
        kernel = workspace.start_kernel()

        async def listen() -> str | None:
            connection = await websocket_connect(workspace._channels(kernel))
            with site.register_changed(PROJECT, end_the_opinion_on_housing):
                while (heard := await asyncio.wait_for(connection.read_message(), 5)) is not None:
                    assert heard
            connection.close()
            return None

        assert asyncio.run(listen()) is None


def supervised(site: Installation, verb: str, process_name: str) -> None:
    configuration = str(site.places.run / "supervisor" / "supervisord.conf")
    site.python("supervisor.supervisorctl", "-c", configuration, verb, process_name)


def test_it_ends_with_the_hub_down_and_the_hub_says_so_when_it_is_back(site: Installation) -> None:
    name = site.name("c.martin", EVALUATION)
    with site.signed_in("c.martin") as browser:
        browser.open(EVALUATION)
        supervised(site, "stop", "hub")
        try:
            with process(site, name) as dies, site.register_changed(PROJECT, end_the_opinion_on_housing):
                assert dies(AT_ONCE_S)
                site.launched("start")
                until(lambda: "un droit a pris fin" in told(browser))
        finally:
            site.launched("start")


def test_it_ends_after_the_guard_was_killed_and_restarted(site: Installation) -> None:
    name = site.name("c.martin", EVALUATION)
    with site.workspace("c.martin", REPERAGE) as other, site.signed_in("c.martin") as browser:
        browser.open(EVALUATION)
        other.run("kept = 41")
        before = site.processes()["guard"]
        os.kill(int(before), signal.SIGKILL)
        with process(site, name) as dies, site.register_changed(PROJECT, end_the_opinion_on_housing):
            assert dies(30)
        assert other.run("kept + 1").text == "42"
        until(lambda: site.processes().get("guard", before) != before)


# --- nobody watches


NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "id": "long", "metadata": {}, "source": "", "outputs": [], "execution_count": None}
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}


async def ask_and_leave(workspace: Workspace, kernel: str, code: str) -> None:
    """A browser that runs a cell, and is closed once the kernel has begun: until then it is as idle as after."""
    connection = await websocket_connect(workspace._channels(kernel))
    message = execute_request(code)
    message["metadata"] = {"cellId": "long"}
    await connection.write_message(json.dumps(message))
    while not begun(json.loads(await connection.read_message()), message["header"]["msg_id"]):
        pass
    connection.close()


def begun(message: dict[str, Any], request: str) -> bool:
    """Whether the kernel says that it is busy with the request."""
    return message["parent_header"].get("msg_id") == request and message["content"].get("execution_state") == "busy"


def test_what_a_cell_prints_after_its_browser_was_closed_is_in_the_notebook(site: Installation) -> None:
    with site.signed_in("c.martin") as browser:
        workspace = browser.open(REPERAGE)
        saved = workspace.call(
            "PUT", "api/contents/nuit.ipynb", {"type": "notebook", "format": "json", "content": NOTEBOOK}
        )
        assert saved.status_code in (200, 201), saved.text
        session = {"path": "nuit.ipynb", "name": "nuit.ipynb", "type": "notebook", "kernel": {"name": "python3"}}
        kernel = workspace.call("POST", "api/sessions", session).json()["kernel"]["id"]
        asyncio.run(ask_and_leave(workspace, kernel, "import time; time.sleep(1); print('au matin')"))
        name = site.name("c.martin", REPERAGE)
        until(lambda: workspace.call("GET", f"api/kernels/{kernel}").json()["execution_state"] == "idle", 30)
        browser.stop(workspace)
        again = browser.open(REPERAGE)
        read = "import json\njson.load(open('/home/datalab/nuit.ipynb'))['cells'][0]['outputs'][0]['text']"
        assert "au matin" in again.run(read).text
        browser.stop(again)
        assert str(name) not in site.names()


@pytest.mark.parametrize("place", ["donnees", "projet", "projet-autres"])
def test_the_file_browser_leads_to_the_data_and_to_the_teams_folders(site: Installation, place: str) -> None:
    with site.workspace("c.martin", REPERAGE) as workspace:
        found = workspace.call("GET", f"api/contents/{place}?content=1")
        assert found.status_code == 200, found.text
        assert found.json()["type"] == "directory"


def test_what_the_guard_announces_is_read_by_the_page(site: Installation) -> None:
    name = str(site.name("c.martin", REPERAGE))
    with site.workspace("c.martin", REPERAGE) as workspace:
        assert workspace.call("GET", "datalab/avis").json() == {}
        (site.places.run / "ws" / name / "avis.json").write_text('{"text": "Fin à minuit."}', encoding="utf-8")
        assert workspace.call("GET", "datalab/avis").json() == {"text": "Fin à minuit."}
