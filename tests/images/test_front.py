import json
import socket
import subprocess
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.images.conftest import CLOSED, Answer, Front, answer_of, ask

HUB, IDENTITY, WORKSPACE = "datalab.localhost", "identite.localhost", "abcd--impots.espaces.localhost"
OWN = "/user/abcd/impots"


def echo(request: Any) -> None:
    """What was received and on which socket, as a workspace's page would be."""
    place = Path(request.server.server_address).parent.name
    body = json.dumps({"socket": place, "path": request.path, "headers": dict(request.headers)}).encode()
    request.send_response(200)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@pytest.fixture
def front(start_front: Callable[..., Front], serve: Any) -> Front:
    """A running front, with a hub, a face, a door and one workspace that repeat what they hear."""
    running = start_front()
    for place in ("hub/hub.sock", "identity/identity.sock", "door/door.sock", "ws/abcd--impots/j.sock"):
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
     "abcd--im.espaces.localhost", "abcd--a--b.espaces.localhost", "abcd--impots.espaces.localhost.elsewhere.test",
     "x.identite.localhost", "identite.localhost.elsewhere.test", "identite.datalab.localhost", "identite"],
)  # fmt: skip
def test_a_host_that_is_not_ours_gets_no_answer(front: Front, host: str) -> None:
    with pytest.raises(ConnectionError):
        front.get(host, "/")


@pytest.mark.parametrize("target", ["/", "/x", "/services/x", "/metrics", "/api"])
def test_the_hubs_host_offers_the_hub_and_nothing_else(front: Front, target: str) -> None:
    assert front.get(HUB, target).status == (302 if target == "/" else 404)


@pytest.mark.parametrize("host", [HUB, IDENTITY, WORKSPACE])
def test_what_is_not_there_is_said_in_french_with_a_way_back(front: Front, host: str) -> None:
    answer = front.get(host, "/x")
    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "Cette page n’existe pas" in answer.body.decode()
    assert f'href="http://{HUB}:8000/hub/home"' in answer.body.decode()


@pytest.mark.parametrize(("host", "target"), [(HUB, "/hub/home"), (IDENTITY, "/")])
def test_when_nobody_answers_behind_the_front_it_says_so_in_french(
    start_front: Callable[..., Front], host: str, target: str
) -> None:
    answer = start_front().get(host, target)
    assert (answer.status, "ne répond pas pour le moment" in answer.body.decode()) == (502, True)


FACE = ("/", "/confirmer", "/remplacer", "/retirer")


def reached(answer: Answer) -> tuple[str, str] | None:
    """Which process heard the request, and its path; None when the front answered by itself."""
    try:
        found = heard(answer)
    except ValueError:
        return None
    return found["socket"], found["path"]


NOT_THE_FACES = ("/hub/", "/hub/home", "/hub/login", "/user/abcd/impots/lab", "/sign-in", "/approve", "/reset-factor",
                 "/retirer/", "/retirer/x", "/x/../hub/home", "/Retirer", "/nowhere")  # fmt: skip


def test_the_identity_host_reaches_the_face_by_its_own_paths_and_nothing_by_others(front: Front) -> None:
    for method in ("GET", "POST"):
        asked = {target: reached(front.get(IDENTITY, target, method)) for target in (*FACE, "/?x=1")}
        assert asked == {target: ("identity", target) for target in asked}
    answers = {target: front.get(IDENTITY, target) for target in NOT_THE_FACES}
    assert {target: (answer.status, reached(answer)) for target, answer in answers.items()} == dict.fromkeys(
        NOT_THE_FACES, (404, None)
    )


def test_no_other_host_reaches_the_face(front: Front) -> None:
    targets = (
        *FACE,
        "/hub/",
        "/hub/../confirmer",
        "/hub/%2e%2e/retirer",
        "/identity/",
        f"{OWN}/lab",
        f"{OWN}/api/contents",
    )
    found = {
        (host, method, target): (reached(front.get(host, target, method)) or ("",))[0]
        for host in (HUB, WORKSPACE)
        for method in ("GET", "POST")
        for target in targets
    }
    assert [asked for asked, socket in found.items() if socket == "identity"] == []
    assert set(found.values()) == {"", "hub", "door", "abcd--impots"}


# request line, Host header, and the process that hears it
NAMED: dict[tuple[str, str], str | None] = {
    ("/hub/home", f"{IDENTITY}:8000"): None,
    (f"http://{IDENTITY}/retirer", f"{HUB}:8000"): "identity",
    (f"http://{HUB}/hub/home", f"{IDENTITY}:8000"): "hub",
    (f"http://{HUB}/retirer", f"{IDENTITY}:8000"): None,
    ("/retirer", f"{IDENTITY.upper()}:1"): "identity",
    ("/retirer", f"{IDENTITY}."): "identity",
    ("/retirer", f"{HUB}:8000, {IDENTITY}"): None,
    ("/retirer", f"{HUB}@{IDENTITY}"): None,
    ("/retirer", f"{IDENTITY}/{HUB}"): None,
}


def test_however_a_request_names_its_host_what_a_process_hears_bears_its_own_name(front: Front) -> None:
    own = {"identity": f"{IDENTITY}:8000", "hub": f"{HUB}:8000"}
    assert {asked: named(front, *asked) for asked in NAMED} == {
        asked: (socket, own[socket]) if socket else None for asked, socket in NAMED.items()
    }


def named(front: Front, target: str, host: str) -> tuple[str, str] | None:
    """Which process heard a request, and the host that it was told."""
    connection = HTTPConnection("127.0.0.1", front.port, timeout=20)
    try:
        answer = answer_of(connection, "GET", target, {"Host": host})
    except ConnectionError:
        return None
    return (heard(answer)["socket"], heard(answer)["headers"]["Host"]) if reached(answer) else None


def test_two_hosts_at_once_are_refused(front: Front) -> None:
    with socket.create_connection(("127.0.0.1", front.port), timeout=20) as client:
        client.sendall(f"GET / HTTP/1.1\r\nHost: {IDENTITY}\r\nHost: {HUB}\r\nConnection: close\r\n\r\n".encode())
        assert client.makefile("rb").readline().startswith(b"HTTP/1.1 400")


def test_the_face_is_told_nothing_of_the_visitor_and_is_framed_nowhere(front: Front) -> None:
    told = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": HUB, "X-Forwarded-Proto": "https", "Upgrade": "websocket"}
    answer = front.get(IDENTITY, "/", **told, Origin=f"http://{IDENTITY}:8000", Cookie="formulaire=x")
    received = heard(answer)["headers"]
    kept = {name: received[name] for name in ("Host", "Origin", "Cookie")}
    assert kept == {"Host": f"{IDENTITY}:8000", "Origin": f"http://{IDENTITY}:8000", "Cookie": "formulaire=x"}
    assert not {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Upgrade"} & received.keys()
    for each in (answer, front.get(IDENTITY, "/nowhere"), front.get(IDENTITY, "/statique/dsfr/dsfr.min.css")):
        assert "frame-ancestors 'none'" in " ".join(each.headers.get_all("Content-Security-Policy") or [])
        assert each.headers["Referrer-Policy"] == "same-origin"


def test_the_face_has_the_pages_dress_and_takes_no_long_body(front: Front) -> None:
    assert front.get(IDENTITY, "/statique/dsfr/dsfr.min.css").status == 200
    assert front.get(IDENTITY, "/statique/datalab/datalab.css").status == 200
    assert front.get(IDENTITY, "/", "POST", **{"Content-Length": "20000"}).status == 413


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
     "RUN_FOLDER=/run/{x}", "WORKSPACE_DOMAIN=espaces.datalab.localhost", f"RUN_FOLDER=/{'x' * 80}",
     "IDENTITY_HOST=x;y.test", "IDENTITY_HOST=datalab.localhost", "IDENTITY_HOST=identite.datalab.localhost",
     "IDENTITY_HOST=identite.espaces.localhost", "WORKSPACE_DOMAIN=w.identite.localhost"],
)  # fmt: skip
def test_a_setting_that_is_not_of_its_form_refuses_the_start(tags: dict[str, str], setting: str) -> None:
    done = subprocess.run(
        ["docker", "run", "--rm", *CLOSED, "--env", setting, tags["front"]], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert setting.partition("=")[0] in done.stderr
