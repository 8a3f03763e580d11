"""The hub with a real guard and a real Docker: judged twice, started, told, stopped, kept through restarts."""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import docker
import httpx
import pytest

from hub.guard.calling.calls import Create
from hub.guard.calling.service import Answer
from hub.spawners.socket import STEPS
from policies.register.follow import read_register
from tests.support.guarded_register import PERSON, PROCESSING, documents
from tests.support.guarded_site import DOCKER, NAME, GuardedSite, guarded_site
from tests.support.running_hub import HOST, Browser, RunningHub, answering_image, running_hub

BUTTON, STOP = f"/hub/espace/{PROCESSING}", f"/hub/espace/{PROCESSING}/arret"
PENDING = f"/hub/spawn-pending/{PERSON}/{PROCESSING}"
PROGRESS = f"/hub/api/users/{PERSON}/servers/{PROCESSING}/progress"
IS_STOPPED = "est arrêté. Vos fichiers sont gardés."
WORKSPACE = f"/user/{PERSON}/{PROCESSING}/"
NOTHING: dict[str, list[str]] = {"containers": [], "mounts": [], "points": [], "sockets": [], "records": []}


@dataclass
class Both:
    """A hub and the guard that it asks."""

    hub: RunningHub
    site: GuardedSite

    def opened(self, browser: Browser) -> Browser:
        """Press the button and follow the start to its end."""
        answer = browser.post(BUTTON, {"profile": "petit"})
        assert answer.headers.get("location") == PENDING, answer.text
        events(browser)
        assert browser.get(PENDING).headers.get("location") == WORKSPACE
        return browser

    @contextmanager
    def before_creating(self, act: Callable[[int], None]) -> Iterator[list[int]]:
        """Do something each time that the guard is asked to create, before it judges; how often it was."""
        service, asked = self.site.guard.service, []
        create = service.create

        def hooked(call: Create, body: Mapping[str, Any]) -> Answer:
            asked.append(len(asked) + 1)
            act(len(asked))
            return create(call, body)

        service.create = hooked  # type: ignore[method-assign]  # the real one still answers
        try:
            yield asked
        finally:
            service.create = create  # type: ignore[method-assign]

    def change(self, **changes: Any) -> None:
        """Change the project's document as its author would."""
        values = documents()["projects/aides.yaml"] | changes
        found = read_register(self.site.places.register_folder).find_processing(PROCESSING)
        assert found
        values["processings"][PROCESSING]["number"] = found.processing.number
        self.site.register.change("projects/aides.yaml", values)


def events(browser: Browser, heard: Callable[[], None] = lambda: None) -> list[dict[str, Any]]:
    """What the page that waits is told, until the start ends; `heard` is called at each event."""
    told: list[dict[str, Any]] = []
    with browser.client.stream("GET", PROGRESS, headers={"X-Xsrftoken": browser.xsrf()}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                told.append(json.loads(line.removeprefix("data: ")))
                if "etape" in told[-1]:
                    heard()
                if told[-1].get("ready") or told[-1].get("failed"):
                    break
    return told


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    engine = docker.APIClient(base_url=DOCKER, version="1.41")
    image = answering_image(engine)
    engine.close()
    with guarded_site(image) as site, tempfile.TemporaryDirectory() as slapd:
        site.places.images.write_text(json.dumps({"workspace-python": {"tag": "x", "id": image}}))
        with running_hub(site.places, Path(slapd), site.register) as hub:
            yield Both(hub, site)


@pytest.fixture
def ana(both: Both) -> Iterator[Browser]:
    browser = both.hub.signed_in()
    yield browser
    if both.site.containers():
        both.site.hub.stop(str(NAME), timeout=2)
        both.site.hub.remove_container(str(NAME))
        browser.get("/hub/home")


def test_a_workspace_is_opened_shown_entered_and_stopped_and_nothing_of_it_stays(both: Both, ana: Browser) -> None:
    both.opened(ana)
    page = ana.get("/hub/home").text
    assert (f'href="{WORKSPACE}"' in page, f'action="{STOP}"' in page, f'action="{BUTTON}"' in page) == (
        True,
        True,
        False,
    )
    stopped = ana.post(STOP, {}).headers["location"]
    assert stopped == f"/hub/home?arrete={PROCESSING}"
    assert both.site.left_behind() == NOTHING
    page = ana.get(stopped).text
    assert (f'action="{BUTTON}"' in page, IS_STOPPED in page) == (True, True)
    assert IS_STOPPED not in ana.get("/hub/home").text
    assert both.site.journal()[-3:] == ["decision", "start", "stop"]


def test_a_button_pressed_twice_leads_to_the_same_workspace(both: Both, ana: Browser) -> None:
    both.opened(ana)
    assert ana.post(BUTTON, {"profile": "petit"}).headers["location"] == PENDING
    assert len(both.site.containers()) == 1


def test_the_page_that_waits_needs_no_script(both: Both, ana: Browser) -> None:
    looked = threading.Event()
    with both.before_creating(lambda _: _wait(looked)):
        ana.post(BUTTON, {"profile": "petit"})
        page = ana.get(PENDING)
        told = events(ana, heard=looked.set)
    assert page.status_code == 200
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page.text
    assert re.findall(r'<p id="etape" role="status" aria-live="polite"[^>]*>([^<]+)</p>', page.text) == [STEPS[2]]
    assert [each["etape"] for each in told if "etape" in each] == list(STEPS[2:])
    assert told[-1]["ready"]


def test_what_a_person_sends_changes_nothing_of_the_container(both: Both, ana: Browser) -> None:
    sent = {
        "profile": "petit",
        "image": "evil",
        "cmd": "sh",
        "environment": "A=1",
        "volumes": "/:/host",
        "next": "//evil.test",
    }
    answer = ana.post(BUTTON, sent)
    assert urlsplit(answer.headers["location"]).path == PENDING
    events(ana)
    assert ana.get(answer.headers["location"]).headers["location"] == WORKSPACE
    found = both.site.docker.inspect_container(str(NAME))
    expected = both.site.body()
    assert (found["Image"], found["Config"]["Cmd"]) == (expected["Image"], expected["Cmd"])
    assert [each for each in found["Config"]["Env"] if "evil" in each or each.startswith("A=")] == []


def test_a_running_workspace_outlives_a_restart_of_the_hub(both: Both, ana: Browser) -> None:
    both.opened(ana)
    before = both.site.docker.inspect_container(str(NAME))["State"]["Pid"]
    both.hub.stop("hub")
    both.hub.start_hub()
    assert f'href="{WORKSPACE}"' in ana.get("/hub/home").text
    assert both.site.docker.inspect_container(str(NAME))["State"]["Pid"] == before


def test_a_running_workspace_is_still_there_for_the_hub_while_the_guard_is_away(both: Both, ana: Browser) -> None:
    both.opened(ana)
    both.site.stop_guard()
    both.site.socket.unlink(missing_ok=True)
    try:
        assert f'href="{WORKSPACE}"' in ana.get("/hub/home").text
        stop = ana.post(STOP, {})
        assert (stop.status_code, "n&#39;a pas été arrêté" in stop.text) == (503, True)
    finally:
        both.site.start_guard()
    assert f'href="{WORKSPACE}"' in ana.get("/hub/home").text
    assert ana.post(STOP, {}).headers["location"] == f"/hub/home?arrete={PROCESSING}"
    assert both.site.left_behind() == NOTHING


def test_a_workspace_that_died_is_not_shown_as_running(both: Both, ana: Browser) -> None:
    both.opened(ana)
    both.site.docker.kill(str(NAME))
    page = ana.get("/hub/home").text
    assert f'href="{WORKSPACE}"' not in page
    until(lambda: f'action="{BUTTON}"' in ana.get("/hub/home").text)  # the hub, told at once, may still be tidying


def test_a_workspace_that_the_hub_lost_track_of_makes_way_for_a_new_one(both: Both, ana: Browser) -> None:
    lost = both.site.open()
    both.opened(ana)
    assert both.site.docker.inspect_container(str(NAME))["Id"] != lost


def test_a_change_between_the_hubs_judgement_and_the_guards_is_decided_again(both: Both, ana: Browser) -> None:
    def change_once(time: int) -> None:
        if time == 1:
            both.change(name="Aides, nouvelle version")

    try:
        with both.before_creating(change_once) as asked:
            both.opened(ana)
    finally:
        both.change()
    assert asked == [1, 2]


def test_facts_that_never_stand_still_open_nothing_and_the_person_is_told(both: Both, ana: Browser) -> None:
    try:
        with both.before_creating(lambda time: both.change(name=f"Aides, version {time}")) as asked:
            answer = ana.post(BUTTON, {"profile": "petit"})
            if answer.status_code == 302:  # slower than the button waits: the page that waits says it
                events(ana)
                answer = ana.get(PENDING)
    finally:
        both.change()
    assert (asked, answer.status_code, "changent en ce moment" in answer.text) == ([1, 2, 3], 409, True)
    assert "stale" not in answer.text
    assert both.site.left_behind() == NOTHING


def test_the_guards_refusal_is_what_the_person_reads(both: Both, ana: Browser) -> None:
    """The guard's clock says that the ticket is too old; the hub's does not."""
    both.site.clock_offset = timedelta(hours=13)
    try:
        answer = ana.post(BUTTON, {"profile": "petit"})
        if answer.status_code == 302:
            events(ana)
            answer = ana.get(PENDING)
    finally:
        both.site.put_clock_back()
    assert (answer.status_code, "Reconnectez-vous" in answer.text) == (403, True)
    assert both.site.left_behind() == NOTHING


def test_a_strangers_container_of_the_same_name_stays_and_the_person_is_told(both: Both, ana: Browser) -> None:
    """Such as that of another datalab on the same Docker."""
    image = both.site.rendering.site().image("workspace-python")
    stranger = both.site.docker.create_container(image, name=str(NAME))["Id"]
    try:
        answer = ana.post(BUTTON, {"profile": "petit"})
        assert (answer.status_code, "conteneur étranger" in answer.text) == (503, True), answer.text
        assert both.site.docker.inspect_container(str(NAME))["Id"] == stranger
    finally:
        both.site.docker.remove_container(stranger, force=True)


def test_a_workspaces_own_token_opens_its_own_door_and_no_other(both: Both, ana: Browser) -> None:
    both.opened(ana)
    token = server_token(both)
    model = as_token(ana, "GET", "/hub/api/user", token).json()
    assert set(model["scopes"]) == {
        f"access:servers!server={PERSON}/{PROCESSING}",
        f"read:users:name!user={PERSON}",
        f"read:users:groups!user={PERSON}",
    }
    for method, address in [("POST", f"/hub/api/users/{PERSON}/activity"), ("GET", "/hub/api/users")]:
        assert as_token(ana, method, address, token).status_code == 404


def test_a_browsers_way_into_a_workspace_gives_a_token_for_that_workspace_alone(both: Both, ana: Browser) -> None:
    both.opened(ana)
    asked = {
        "client_id": f"jupyterhub-user-{NAME}",
        "redirect_uri": f"{WORKSPACE}oauth_callback",
        "response_type": "code",
        "state": "s",
    }
    answer = ana.get("/hub/api/oauth2/authorize", params=asked)
    back = urlsplit(answer.headers["location"])
    assert back.path == f"{WORKSPACE}oauth_callback", answer.text
    exchanged = ana.client.post(
        "/hub/api/oauth2/token",
        data={
            "client_id": asked["client_id"],
            "client_secret": server_token(both),
            "grant_type": "authorization_code",
            "code": parse_qs(back.query)["code"][0],
            "redirect_uri": asked["redirect_uri"],
        },
    )
    assert exchanged.status_code == 200, exchanged.text
    model = as_token(ana, "GET", "/hub/api/user", exchanged.json()["access_token"]).json()
    assert (model["name"], model["groups"]) == (PERSON, [])
    assert set(model["scopes"]) == {
        f"access:servers!server={PERSON}/{PROCESSING}",
        f"read:users:name!user={PERSON}",
        f"read:users:groups!user={PERSON}",
    }


def test_nobody_else_gets_into_a_persons_workspace(both: Both, ana: Browser) -> None:
    both.opened(ana)
    ben = both.hub.signed_in("ben")
    asked = {
        "client_id": f"jupyterhub-user-{NAME}",
        "redirect_uri": f"{WORKSPACE}oauth_callback",
        "response_type": "code",
    }
    assert ben.get("/hub/api/oauth2/authorize", params=asked).status_code == 403
    assert ben.get(PENDING).status_code == 404
    assert ben.get(PROGRESS, headers={"X-Xsrftoken": ben.xsrf()}).status_code == 404
    assert ben.post(STOP, {}).status_code == 404


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def _wait(event: threading.Event) -> None:
    assert event.wait(20)


def server_token(both: Both) -> str:
    """The hub's token of the workspace, as its environment has it."""
    environment = both.site.docker.inspect_container(str(NAME))["Config"]["Env"]
    return str(next(each for each in environment if each.startswith("JUPYTERHUB_API_TOKEN=")).partition("=")[2])


def as_token(browser: Browser, method: str, address: str, token: str) -> httpx.Response:
    """A request as a workspace makes it: with a token, without a cookie."""
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(browser.path)), base_url="http://hub") as client:
        return client.request(method, address, headers={"Authorization": f"token {token}", "Host": HOST})


def test_the_unnamed_server_never_ran(both: Both, ana: Browser) -> None:
    with sqlite3.connect(f"file:{both.hub.places.state}/hub/jupyterhub.sqlite?mode=ro", uri=True) as database:
        found = database.execute("select count(*) from spawners where name = '' and server_id is not null")
        assert found.fetchone() == (0,)
