import json
import socket
import subprocess
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.images.conftest import CLOSED, GID, UID, Answer, answer_of, ask, wait_for, writable

HUB, IDENTITY, WORKSPACE = "datalab.localhost", "identite.localhost", "abcd--impots.espaces.localhost"
PORT = 18473


def echo(request: Any) -> None:
    """What was received and on which socket, with every header that a hostile workspace would try."""
    socket = Path(request.server.server_address).parent.name
    body = json.dumps({"socket": socket, "path": request.path, "headers": dict(request.headers)}).encode()
    request.send_response(200)
    for name, value in HOSTILE:
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


HOSTILE = [
    ("Content-Security-Policy", "connect-src *"),
    ("Service-Worker-Allowed", "/"),
    ("Access-Control-Allow-Origin", "*"),
    ("Clear-Site-Data", '"*"'),
    ("Strict-Transport-Security", "max-age=99999999"),
    ("Link", "<https://elsewhere.test/>; rel=preconnect"),
    ("Refresh", "0;url=https://elsewhere.test/"),
    ("Location", "https://elsewhere.test/?secret"),
    ("X-Accel-Redirect", "/statique/dsfr/dsfr.min.css"),
    ("Set-Cookie", "a=1; Domain=espaces.localhost; Path=/"),
    ("Set-Cookie", "b=2; Path=/"),
]


@pytest.fixture
def front(tags: dict[str, str], folder: Path, start: Callable[..., str], serve: Any) -> Path:
    """A running front, with a hub, a face and one workspace that repeat what they hear; the folder of its sockets."""
    for name in ("hub", "identity", "gate", "ws/abcd--impots"):
        writable(folder / name)
    serve(folder / "hub" / "hub.sock", echo)
    serve(folder / "identity" / "identity.sock", echo)
    serve(folder / "ws" / "abcd--impots" / "j.sock", echo)
    (folder / "gate" / "hub.sock").write_text("left by a killed front")
    (folder / "gate" / "hub.sock").chmod(0o666)
    options = ["--network=host", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", f"--user={UID}:{GID}"]
    settings = {"RUN_FOLDER": str(folder), "LISTEN_PORT": str(PORT), "LISTEN_ADDRESS": "127.0.0.1"}
    variables = [f"--env={name}={value}" for name, value in settings.items()]
    container = start(*options, *variables, f"-v={folder}:{folder}", tags["front"])
    wait_for(lambda: get(HUB, "/statique/dsfr/dsfr.min.css"), container)
    return folder


def get(host: str, target: str, method: str = "GET", **headers: str) -> Answer:
    connection = HTTPConnection("127.0.0.1", PORT, timeout=20)
    return answer_of(connection, method, target, {"Host": f"{host}:8000", **headers})


def test_the_pages_dress_is_served_with_a_long_life(front: Path) -> None:
    for path in ("dsfr.min.css", "dsfr.module.min.js", "utility/utility.min.css", "favicon/favicon.ico"):
        answer = get(HUB, f"/statique/dsfr/{path}")
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "max-age=2592000")
    assert get(HUB, "/statique/dsfr/dsfr.min.css", **{"Accept-Encoding": "gzip"}).headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    "host",
    ["elsewhere.test", "espaces.localhost", "abcd-impots.espaces.localhost", "ab--impots.espaces.localhost",
     "abcd--im.espaces.localhost", "abcd--a--b.espaces.localhost", "abcd--impots.espaces.localhost.elsewhere.test",
     "x.identite.localhost", "identite.localhost.elsewhere.test", "identite.datalab.localhost", "identite"],
)  # fmt: skip
def test_a_host_that_is_not_ours_gets_no_answer(front: Path, host: str) -> None:
    with pytest.raises(ConnectionError):
        get(host, "/")


@pytest.mark.parametrize("target", ["/", "/x", "/services/x", "/metrics", "/api"])
def test_the_hubs_host_offers_the_hub_and_nothing_else(front: Path, target: str) -> None:
    assert get(HUB, target).status == (302 if target == "/" else 404)


FACE = ("/", "/confirmer", "/remplacer", "/retirer")


def heard(answer: Answer) -> tuple[str, str] | None:
    """Which process heard the request, and its path; None when the front answered by itself."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        return None
    return found["socket"], found["path"]


NOT_THE_FACES = ("/hub/", "/hub/home", "/hub/login", "/user/abcd/impots/lab", "/sign-in", "/approve", "/reset-factor",
                 "/retirer/", "/retirer/x", "/x/../hub/home", "/Retirer", "/nowhere")  # fmt: skip


def test_the_identity_host_reaches_the_face_by_its_own_paths_and_nothing_by_others(front: Path) -> None:
    for method in ("GET", "POST"):
        reached = {target: heard(get(IDENTITY, target, method)) for target in (*FACE, "/?x=1")}
        assert reached == {target: ("identity", target) for target in reached}
    answers = {target: get(IDENTITY, target) for target in NOT_THE_FACES}
    assert {target: (answer.status, heard(answer)) for target, answer in answers.items()} == dict.fromkeys(
        NOT_THE_FACES, (404, None)
    )


def test_no_other_host_reaches_the_face(front: Path) -> None:
    targets = (*FACE, "/hub/", "/hub/../confirmer", "/hub/%2e%2e/retirer", "/identity/", "/user/abcd/impots/x")
    reached = {
        (host, method, target): (heard(get(host, target, method)) or ("",))[0]
        for host in (HUB, WORKSPACE)
        for method in ("GET", "POST")
        for target in targets
    }
    assert [asked for asked, socket in reached.items() if socket == "identity"] == []
    assert set(reached.values()) == {"", "hub", "abcd--impots"}


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


def test_however_a_request_names_its_host_what_a_process_hears_bears_its_own_name(front: Path) -> None:
    own = {"identity": f"{IDENTITY}:8000", "hub": f"{HUB}:8000"}
    assert {asked: named(*asked) for asked in NAMED} == {
        asked: (socket, own[socket]) if socket else None for asked, socket in NAMED.items()
    }


def named(target: str, host: str) -> tuple[str, str] | None:
    """Which process heard a request, and the host that it was told."""
    connection = HTTPConnection("127.0.0.1", PORT, timeout=20)
    try:
        answer = answer_of(connection, "GET", target, {"Host": host})
    except ConnectionError:
        return None
    return (json.loads(answer.body)["socket"], json.loads(answer.body)["headers"]["Host"]) if heard(answer) else None


def test_two_hosts_at_once_are_refused(front: Path) -> None:
    with socket.create_connection(("127.0.0.1", PORT), timeout=20) as client:
        client.sendall(f"GET / HTTP/1.1\r\nHost: {IDENTITY}\r\nHost: {HUB}\r\nConnection: close\r\n\r\n".encode())
        assert client.makefile("rb").readline().startswith(b"HTTP/1.1 400")


def test_the_face_is_told_nothing_of_the_visitor_and_is_framed_nowhere(front: Path) -> None:
    told = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": HUB, "X-Forwarded-Proto": "https", "Upgrade": "websocket"}
    answer = get(IDENTITY, "/", **told, Origin=f"http://{IDENTITY}:8000", Cookie="formulaire=x")
    received = json.loads(answer.body)["headers"]
    kept = {name: received[name] for name in ("Host", "Origin", "Cookie")}
    assert kept == {"Host": f"{IDENTITY}:8000", "Origin": f"http://{IDENTITY}:8000", "Cookie": "formulaire=x"}
    assert not {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Upgrade"} & received.keys()
    for each in (answer, get(IDENTITY, "/nowhere"), get(IDENTITY, "/statique/dsfr/dsfr.min.css")):
        assert "frame-ancestors 'none'" in " ".join(each.headers.get_all("Content-Security-Policy") or [])
        assert each.headers["Referrer-Policy"] == "same-origin"


def test_the_face_has_the_pages_dress_and_takes_no_long_body(front: Path) -> None:
    assert get(IDENTITY, "/statique/dsfr/dsfr.min.css").status == 200
    assert get(IDENTITY, "/statique/datalab/datalab.css").status == 200
    assert get(IDENTITY, "/", "POST", **{"Content-Length": "20000"}).status == 413


def test_a_workspaces_path_on_the_hubs_host_leads_to_its_own_origin(front: Path) -> None:
    answer = get(HUB, "/user/abcd/impots/lab?x=1")
    assert (answer.status, answer.headers["Location"]) == (302, f"http://{WORKSPACE}:8000/user/abcd/impots/lab?x=1")
    assert get(HUB, "/user/ABCD/impots/").status == 404


def test_a_workspace_sets_nothing_that_it_must_not(front: Path) -> None:
    answer = get(WORKSPACE, "/user/abcd/impots/lab")
    received = {name.lower() for name in answer.headers}
    assert answer.status == 200
    assert not received & {
        "service-worker-allowed", "access-control-allow-origin", "clear-site-data", "strict-transport-security",
        "link", "refresh", "location", "x-accel-redirect",
    }  # fmt: skip
    assert "connect-src 'self'; form-action 'self'" in (answer.headers["Content-Security-Policy"] or "")
    assert len(answer.headers.get_all("Content-Security-Policy") or []) == 1
    cookies = answer.headers.get_all("Set-Cookie") or []
    assert cookies == [f"a=1; Domain={WORKSPACE}; Path=/", "b=2; Path=/"]
    assert json.loads(answer.body)["path"] == "/user/abcd/impots/lab"


def test_a_visitors_own_forwarding_headers_are_replaced(front: Path) -> None:
    told = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Host": "elsewhere.test", "X-Forwarded-Proto": "gopher"}
    for host, target in ((HUB, "/hub/home"), (WORKSPACE, "/user/abcd/impots/lab")):
        heard = json.loads(get(host, target, **told, **{"X-Scheme": "gopher"}).body)["headers"]
        assert heard["Host"] == f"{host}:8000"
        assert (heard["X-Forwarded-For"], heard["X-Forwarded-Proto"]) == ("127.0.0.1", "http")
        assert not {"X-Forwarded-Host", "X-Scheme"} & heard.keys()


def test_a_stopped_workspace_leads_home_and_its_calls_fail(front: Path) -> None:
    stopped = "abcd--autre.espaces.localhost"
    page = get(stopped, "/user/abcd/autre/lab")
    assert (page.status, page.headers["Location"]) == (302, f"http://{HUB}:8000/hub/home")
    assert get(stopped, "/user/abcd/autre/api/kernels").status == 503
    assert get(stopped, "/user/abcd/autre/lab", method="POST").status == 503


@pytest.mark.parametrize(
    ("method", "target"), [("GET", "/hub/api"), ("GET", "/hub/api/user"), ("POST", "/hub/api/oauth2/token")]
)
def test_a_workspace_has_three_calls_and_no_cookie(front: Path, method: str, target: str) -> None:
    answer = ask(front / "gate" / "hub.sock", method, target, Authorization="token t", Cookie="jupyterhub=x")
    heard = json.loads(answer.body)["headers"]
    assert (answer.status, heard["Authorization"], heard.get("Cookie")) == (200, "token t", None)


@pytest.mark.parametrize(
    ("method", "target"),
    [("POST", "/hub/api"), ("DELETE", "/hub/api/user"), ("GET", "/hub/api/oauth2/token"), ("GET", "/hub/api/users"),
     ("POST", "/hub/api/users/abcd/activity"), ("GET", "/hub/api/user/../users"), ("GET", "/hub/home"), ("GET", "/")],
)  # fmt: skip
def test_every_other_call_of_a_workspace_is_refused(front: Path, method: str, target: str) -> None:
    assert ask(front / "gate" / "hub.sock", method, target).status == 403


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
