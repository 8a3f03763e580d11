"""What the page does not offer is not done: by a form, by the hub's routes, or with the hub's own account."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from onboarding.demo.browser import Browser
from tests.support.hub_account import as_hub, call_guard, true_body
from tests.support.site import Installation

EVALUATION, REPERAGE = "aides-evaluation", "aides-reperage"


@pytest.fixture(scope="module")
def camille(site: Installation) -> Iterator[Browser]:
    with site.signed_in("c.martin") as browser:
        yield browser


def test_a_form_with_more_fields_changes_the_size_and_nothing_else(site: Installation, camille: Browser) -> None:
    hostile: dict[str, Any] = {
        "image": "evil",
        "mounts": "/",
        "user": "0",
        "name": "x",
        "environment": "A=1",
        "cmd": "sh",
    }
    workspace = camille.open(REPERAGE, profile="grand", **hostile)
    try:
        name = site.name("c.martin", REPERAGE)
        wanted = true_body(site, "c.martin", REPERAGE)
        found = site.inspect(name)
        assert found["HostConfig"]["Memory"] == 8192 * 1024 * 1024
        assert mounts(found) == mounts(wanted)
        assert {key: found["Config"][key] for key in ("Image", "User", "Cmd")} == {
            key: wanted[key] for key in ("Image", "User", "Cmd")
        }
        assert {each.partition("=")[0] for each in found["Config"]["Env"]} >= {
            each.partition("=")[0] for each in wanted["Env"]
        }
        assert [each for each in found["Config"]["Env"] if each.startswith("A=") or "evil" in each] == []
    finally:
        camille.stop(workspace)


def mounts(body: dict[str, Any]) -> set[tuple[str, str]]:
    return {(each["Source"], each["Target"]) for each in body["HostConfig"]["Mounts"]}


@pytest.mark.parametrize("profile", ["enorme", ""])
def test_a_size_that_the_decision_does_not_list_opens_nothing(camille: Browser, profile: str) -> None:
    answer = camille.press(REPERAGE, profile=profile)
    assert (answer.status, "Choisissez une des tailles" in answer.text) == (400, True)


def test_somebody_elses_processing_is_not_found_nor_said_to_exist(site: Installation, camille: Browser) -> None:
    answers = [camille.press(each, profile="petit") for each in ("entreprises-fragiles", "inconnu")]
    assert [answer.status for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text


CLOSED = [
    ("GET", "/hub/spawn"),
    ("POST", "/hub/spawn"),
    ("POST", "/hub/spawn/{me}/evil?image=x"),
    ("GET", "/hub/admin"),
    ("GET", "/hub/token"),
    ("GET", "/hub/api/users"),
    ("POST", "/hub/api/users"),
    ("POST", "/hub/api/users/pevil1"),
    ("PATCH", "/hub/api/users/{me}"),
    ("POST", "/hub/api/users/{me}/server"),
    ("POST", "/hub/api/users/{me}/servers/" + REPERAGE),
    ("POST", "/hub/api/users/{me}/servers/evil"),
    ("POST", "/hub/api/users/{me}/tokens"),
    ("GET", "/hub/api/proxy"),
    ("POST", "/hub/api/shutdown"),
]


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_what_jupyterhub_would_offer_beside_the_page_does_not_exist(
    site: Installation, camille: Browser, method: str, path: str
) -> None:
    address = f"{site.address}{path.format(me=site.cast.id('c.martin'))}"
    headers = {"X-XSRFToken": camille.wire.token(f"{site.address}/hub/home"), "Origin": site.address}
    body = {"image": "evil", "profile": "petit", "admin": True}
    sent: dict[str, Any] = {"json": body} if method in {"POST", "PATCH"} else {}
    assert camille.client.request(method, address, headers=headers, **sent).status_code == 404


def other_mount(site: Installation) -> Callable[[dict[str, Any]], object]:
    return lambda body: body["HostConfig"]["Mounts"][0].update(Source=str(site.places.state / "datasets"))


HOSTILE: dict[str, Callable[[Installation], Callable[[dict[str, Any]], object]]] = {
    "another image": lambda site: lambda body: body.update(Image=true_image(site)),
    "another account": lambda _: lambda body: body.update(User="0:0"),
    "a variable more": lambda _: lambda body: body["Env"].append("LD_PRELOAD=/home/datalab/x.so"),
    "the store as the home": other_mount,
    "a mount more": lambda _: lambda body: body["HostConfig"].update(Binds=["/:/host"]),
    "a network": lambda _: lambda body: body["HostConfig"].update(NetworkMode="bridge"),
    "privileged": lambda _: lambda body: body["HostConfig"].update(Privileged=True),
    "somebody else's ticket": lambda site: (
        lambda body: body["Labels"].update(
            {"datalab.ticket": true_body(site, "b.leroy", EVALUATION)["Labels"]["datalab.ticket"]}
        )
    ),
}


def true_image(site: Installation) -> str:
    """An image of the datalab that is not the workspaces'."""
    return str(site.docker("inspect", "-f", "{{.Image}}", site.launch.front_container)).strip()


@pytest.mark.parametrize("what", HOSTILE)
def test_the_hubs_account_with_a_true_ticket_cannot_have_one_thing_changed(site: Installation, what: str) -> None:
    body = true_body(site, "c.martin", EVALUATION)
    before = dict(body)
    name = site.name("c.martin", EVALUATION)
    HOSTILE[what](site)(body)
    status, answer = call_guard(site, "POST", f"/v1.41/containers/create?name={name}", body)
    assert (status, before is not body) == (403, True), answer
    assert site.journal("guard")[-1].entry.kind in {"attack", "ticket_refused"}
    assert str(name) not in site.names()


def test_the_same_request_with_nothing_changed_is_created_and_removed_again(site: Installation) -> None:
    """Without this one the table above could be refused for any reason."""
    name = site.name("c.martin", EVALUATION)
    body = true_body(site, "c.martin", EVALUATION)
    status, answer = call_guard(site, "POST", f"/v1.41/containers/create?name={name}", body)
    assert (status, str(name) in site.names()) == (201, True), answer
    assert call_guard(site, "DELETE", f"/v1.41/containers/{name}?v=False&link=False&force=False")[0] == 204
    assert str(name) not in site.names()


OTHER_CALLS: list[tuple[str, str, object]] = [
    ("GET", "/v1.41/containers/json", None),
    ("POST", "/v1.41/containers/create?name=evil", {"Image": "x", "HostConfig": {"Privileged": True}}),
    ("POST", "/v1.41/containers/{front}/exec", {"Cmd": ["sh"]}),
    ("POST", "/v1.41/containers/{front}/stop", None),
    ("DELETE", "/v1.41/containers/{front}", None),
    ("POST", "/v1.12/containers/{front}/start", {"Binds": ["/:/host"]}),
    ("GET", "/v1.41/containers/{front}/json", None),
    ("POST", "/v1.41/images/create", None),
    ("POST", "/v1.41/build", None),
]


@pytest.mark.parametrize(("method", "path", "body"), OTHER_CALLS)
def test_the_hubs_account_gets_no_other_call_of_docker(
    site: Installation, method: str, path: str, body: object
) -> None:
    front = site.launch.front_container
    status, answer = call_guard(site, method, path.format(front=front), body)
    assert (status in {403, 404}, front in site.names()) == (True, True), answer


def can_read(paths: list[Path]) -> list[str]:
    """Those of these files and folders that this process can read or write."""
    return [str(path) for path in paths if os.access(path, os.R_OK) or os.access(path, os.W_OK)]


def test_the_hubs_account_reads_neither_keys_nor_data_nor_spaces_nor_dockers_socket(site: Installation) -> None:
    state = site.places.state
    secret = [
        state / "signin" / "signing.key",
        state / "datasets",
        state / "spaces",
        state / "guard",
        state / "directory" / "seed",
        state / "demo",
        site.places.journal("guard"),
        Path("/var/run/docker.sock"),
    ]
    assert [path for path in secret if not path.exists()] == []
    assert as_hub(site, can_read, secret) == []
    assert as_hub(site, can_read, [state / "hub"]) == [str(state / "hub")]
