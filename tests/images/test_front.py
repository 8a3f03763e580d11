import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.images.conftest import CLOSED, Answer, Front, ask

HUB, WORKSPACE = "datalab.localhost", "abcd--impots.espaces.localhost"
OWN = "/user/abcd/impots"


def echo(request: Any) -> None:
    """What was received, as a workspace's page would be."""
    body = json.dumps({"path": request.path, "headers": dict(request.headers)}).encode()
    request.send_response(200)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@pytest.fixture
def front(start_front: Callable[..., Front], serve: Any) -> Front:
    """A running front, with a hub, a door and one workspace that repeat what they hear."""
    running = start_front()
    for place in ("hub/hub.sock", "door/door.sock", "ws/abcd--impots/j.sock"):
        serve(running.folder / place, echo)
    return running


def heard(answer: Answer) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.body)
    return found


def test_the_pages_dress_is_served_with_a_long_life(front: Front) -> None:
    for path in ("dsfr.min.css", "dsfr.module.min.js", "utility/utility.min.css", "favicon/favicon.ico"):
        answer = front.get(HUB, f"/statique/dsfr/{path}")
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "max-age=2592000")
    zipped = front.get(HUB, "/statique/dsfr/dsfr.min.css", **{"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    "host",
    ["elsewhere.test", "espaces.localhost", "abcd-impots.espaces.localhost", "ab--impots.espaces.localhost",
     "abcd--im.espaces.localhost", "abcd--a--b.espaces.localhost", "abcd--impots.espaces.localhost.elsewhere.test"],
)  # fmt: skip
def test_a_host_that_is_not_ours_gets_no_answer(front: Front, host: str) -> None:
    with pytest.raises(ConnectionError):
        front.get(host, "/")


@pytest.mark.parametrize("target", ["/", "/x", "/services/x", "/metrics", "/api"])
def test_the_hubs_host_offers_the_hub_and_nothing_else(front: Front, target: str) -> None:
    assert front.get(HUB, target).status == (302 if target == "/" else 404)


def test_a_workspaces_path_on_the_hubs_host_leads_to_its_own_origin(front: Front) -> None:
    answer = front.get(HUB, f"{OWN}/lab?x=1")
    assert (answer.status, answer.headers["Location"]) == (302, f"http://{WORKSPACE}:8000{OWN}/lab?x=1")
    assert front.get(HUB, "/user/ABCD/impots/").status == 404


def test_a_visitors_own_forwarding_headers_are_replaced(front: Front) -> None:
    told = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "elsewhere.test", "X-Forwarded-Proto": "gopher"}
    for host, target in ((HUB, "/hub/home"), (WORKSPACE, f"{OWN}/lab"), (WORKSPACE, f"{OWN}/api/contents")):
        headers = heard(front.get(host, target, **told, **{"X-Scheme": "gopher"}))["headers"]
        assert headers["Host"] == f"{host}:8000"
        assert (headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]) == ("127.0.0.1", "http")
        assert not {"X-Forwarded-Host", "X-Scheme"} & headers.keys()


def test_a_stopped_workspace_leads_home_and_its_calls_fail(front: Front) -> None:
    stopped = "abcd--autre.espaces.localhost"
    page = front.get(stopped, "/user/abcd/autre/lab")
    assert (page.status, page.headers["Location"]) == (302, f"http://{HUB}:8000/hub/home")
    assert front.get(stopped, "/user/abcd/autre/api/kernels").status == 503
    assert front.get(stopped, "/user/abcd/autre/api/kernels", method="POST").status == 503


@pytest.mark.parametrize(
    ("method", "target"), [("GET", "/hub/api"), ("GET", "/hub/api/user"), ("POST", "/hub/api/oauth2/token")]
)
def test_a_workspace_has_three_calls_and_no_cookie(front: Front, method: str, target: str) -> None:
    answer = ask(front.folder / "gate" / "hub.sock", method, target, Authorization="token t", Cookie="jupyterhub=x")
    headers = heard(answer)["headers"]
    assert (answer.status, headers["Authorization"], headers.get("Cookie")) == (200, "token t", None)


@pytest.mark.parametrize(
    ("method", "target"),
    [("POST", "/hub/api"), ("DELETE", "/hub/api/user"), ("GET", "/hub/api/oauth2/token"), ("GET", "/hub/api/users"),
     ("POST", "/hub/api/users/abcd/activity"), ("GET", "/hub/api/user/../users"), ("GET", "/hub/home"), ("GET", "/")],
)  # fmt: skip
def test_every_other_call_of_a_workspace_is_refused(front: Front, method: str, target: str) -> None:
    assert ask(front.folder / "gate" / "hub.sock", method, target).status == 403


@pytest.mark.parametrize(
    "setting",
    ["HUB_HOST=a;b.test", "HUB_HOST=a.test\n", "PUBLIC_PORT=0", "SCHEME=gopher", "RUN_FOLDER=/run/../etc",
     "RUN_FOLDER=/run/{x}", "WORKSPACE_DOMAIN=espaces.datalab.localhost", f"RUN_FOLDER=/{'x' * 80}"],
)  # fmt: skip
def test_a_setting_that_is_not_of_its_form_refuses_the_start(tags: dict[str, str], setting: str) -> None:
    done = subprocess.run(
        ["docker", "run", "--rm", *CLOSED, "--env", setting, tags["front"]], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert setting.partition("=")[0] in done.stderr
