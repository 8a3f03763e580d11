"""Which of a workspace's addresses the front opens, held against the routes that the real server has."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest

from images.front.render import Route, SettingError, parse_routes
from tests.images.conftest import Front
from tests.support.front import IMAGE, ROUTES

TABLE = parse_routes((IMAGE / ROUTES).read_text(encoding="utf-8"))
OWN, WORKSPACE = "/user/abcd/impots/", "abcd--impots.espaces.localhost"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# run in the workspace's image: the routes that its server has registered, with the methods that each answers
LISTING = """
import json, os
from datalab_workspace import server
made = server.Workspace.initialize_server(argv=["--ServerApp.sock=/tmp/j.sock"])
found = []
def walk(rules):
    for rule in rules:
        if hasattr(rule.target, "rules"):
            walk(rule.target.rules)
        elif hasattr(rule.matcher, "regex"):
            base = rule.target
            own = [m for m in ("get", "post", "put", "patch", "delete") if getattr(base, m) is not unsupported]
            found.append([rule.matcher.regex.pattern, [m.upper() for m in own]])
from tornado.web import RequestHandler
unsupported = RequestHandler.get
walk(made.web_app.default_router.rules)
print("ROUTES" + json.dumps(found))
"""
ENVIRONMENT = {
    "JUPYTERHUB_API_TOKEN": "t", "JUPYTERHUB_API_URL": "http+unix://%2Frun%2Fhub%2Fhub.sock/hub/api",
    "JUPYTERHUB_BASE_URL": "/", "JUPYTERHUB_CLIENT_ID": "c", "JUPYTERHUB_HOST": "http://datalab.localhost",
    "JUPYTERHUB_OAUTH_ACCESS_SCOPES": "[]", "JUPYTERHUB_OAUTH_SCOPES": "[]",
    "JUPYTERHUB_OAUTH_CALLBACK_URL": f"{OWN}oauth_callback", "JUPYTERHUB_SERVER_NAME": "impots",
    "JUPYTERHUB_SERVICE_PREFIX": OWN, "JUPYTERHUB_SERVICE_URL": f"http+unix://%2Ftmp%2Fj.sock{OWN}",
    "JUPYTERHUB_USER": "abcd",
}  # fmt: skip
KERNEL = "0c3c6a1b-ca90-4344-9202-f64bbd188819"
# what stands in an address for each group of a route
GROUPS = (
    (r"(?P<path>(?:(?:/[^/]+)+|/?))", "/a/b.ipynb"),
    (r"(?P<mode>lab|doc)", "lab"),
    (r"(?P<workspace>/workspaces/[a-zA-Z0-9\-\_]+)?(?P<tree>/tree/.*)?", "/workspaces/auto-x/tree/a/b.ipynb"),
    (r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)", KERNEL),
    (r"(?P<session_id>\w+-\w+-\w+-\w+-\w+)", KERNEL),
    (r"(?P<action>restart|interrupt)", "interrupt"),
    (r"(?P<kernel_name>[\w\.\-%]+)", "python3"),
    (r"(?P<checkpoint_id>[\w-]+)", "checkpoint"),
    (r"(?P<section_name>\w+)", "notebook"),
    (r"(?P<format>\w+)", "html"),
    (r"(?P<schema_name>.+)", "@jupyterlab/x:plugin"),
    (r"(?P<locale>.*)", "fr_FR"),
    (r"(?P<space_name>.+)", "default"),
    (r"(robots\.txt|favicon\.ico)", "robots.txt"),
    (r"static/lab/(.*)", "static/lab/main.js"),
    (r"static/(.*)", "static/base/x.js"),
    (r"kernelspecs/python3/(?P<path>.*)", "kernelspecs/python3/logo.svg"),
    (r"(\w+)", "1"),
    (r"/?(.*)", "/x"),
    (r"(.*)", "x"),
    (r"/?", "/"),
    (r".*", "x"),
    ("\\.", "."),
    ("$", ""),
)
# what of a line of our table is replaced to make one of its addresses
PARTS = (
    (r"(?:favicon\.ico)?", "favicon.ico"),
    ("(?:lab|doc)", "lab"),
    (r"(?:/workspaces/[A-Za-z0-9_-]+)?", ""),
    (r"(?:/tree(?:/.*)?)?", ""),
    ("(?:lab|favicons|logo|style|images)", "lab"),
    (r"(?:/(?!\.\.?(?:[/?]|$))[^/?]+)*", "/a"),
    (r"(?:/.*)?", ""),
    (r"(?:/[A-Za-z_-]*)?", ""),
    ("(?:/(?:status|me))?", ""),
    (r"(?:/[A-Za-z0-9._-]+)?", ""),
    ("[0-9a-f-]{36}", KERNEL),
    ("[A-Za-z0-9._-]+", "python3"),
    ("[A-Za-z0-9_]+", "1"),
    ("(?:interrupt|restart)", "restart"),
    (".+", "x.js"),
)


def way(method: str, address: str) -> str | None:
    """Who answers by the table, None when it does not name the address at all."""
    for route in TABLE:
        if (method in route.methods or route.methods == ("*",)) and re.fullmatch(route.address, address):
            return route.way
    return None


Registered = list[tuple[str, list[str]]]


@pytest.fixture(scope="module")
def registered(tags: dict[str, str]) -> Registered:
    """Each route of the real server: its pattern, and the methods that it answers."""
    options = ["--network=none", "--tmpfs=/run/ws:mode=1777", "--tmpfs=/home/datalab:mode=1777"]
    options += [f"--env={name}={value}" for name, value in ENVIRONMENT.items()]
    command = ["docker", "run", "--rm", "--interactive", *options, tags["workspace-python"], "python", "-"]
    done = subprocess.run(command, input=LISTING, capture_output=True, text=True, check=True)
    [line] = [each for each in done.stdout.splitlines() if each.startswith("ROUTES")]
    found: Registered = json.loads(line.removeprefix("ROUTES"))
    return found


def address_of(pattern: str) -> str | None:
    """An address below the workspace's that a route matches; None for one outside, and for what only adds a slash."""
    if not pattern.startswith(OWN) or pattern == f"{OWN}.*/$":
        return None
    address = pattern
    for group, value in GROUPS:
        address = address.replace(group, value)
    assert re.fullmatch(pattern, address), f"{pattern}: {address} is not one of its addresses; complete GROUPS"
    return address.removeprefix(OWN)


@pytest.fixture(scope="module")
def ways(registered: Registered) -> dict[tuple[str, str], str | None]:
    """By the table, who answers an example of each route; None when it is not in the table."""
    known = [(address, methods) for pattern, methods in registered if (address := address_of(pattern)) is not None]
    return {(method, address): way(method, address) for address, methods in known for method in methods}


Ways = dict[tuple[str, str], str | None]


def test_each_route_of_the_real_server_stands_in_the_table(ways: Ways) -> None:
    assert len(ways) > 50
    assert [asked for asked, answering in ways.items() if answering is None] == []


def test_each_open_line_of_the_table_is_a_route_of_the_real_server(registered: Registered) -> None:
    patterns = [(pattern, methods) for pattern, methods in registered if pattern.startswith(OWN)]
    samples = {
        (method, route.address): sample(route) for route in TABLE for method in route.methods if route.way != "closed"
    }
    dead = [
        key
        for key, address in samples.items()
        if not any(key[0] in methods and re.fullmatch(pattern, OWN + address) for pattern, methods in patterns)
    ]
    assert dead == []


def sample(route: Route) -> str:
    """An address of a line of the table: the first of each choice, what may be left out left out."""
    address = route.address
    for old, new in PARTS:
        address = address.replace(old, new)
    assert re.fullmatch(route.address, address), f"{route.address}: {address} is not one of its addresses"
    return address


def test_of_the_real_servers_routes_these_are_closed_and_no_other(ways: Ways) -> None:
    opened = {address for (_, address), answering in ways.items() if answering != "closed"}
    assert {address for _, address in ways} - opened == {
        "files/x", "view/a/b.ipynb", "nbconvert/html", "nbconvert/html/a/b.ipynb", "api/nbconvert", "api/notebooks/x",
        "lab/api/extensions", "lab/api/plugins", "lab/api/update", "lab/api/news", "lab/api/listings/x",
        "lab/api/licenses/x", "lab/x", "static/base/x.js", "api/config/notebook", "api/events",
        "api/security/csp-report", "api/shutdown", "api/spec.yaml", "metrics", "robots.txt",
    }  # fmt: skip
    assert ways["PATCH", "api/me"] == "closed"


def test_a_line_that_is_no_rule_refuses_the_start() -> None:
    with pytest.raises(SettingError, match="GET files/.* browser"):
        parse_routes("GET api/me page\nGET files/.* browser")
    with pytest.raises(SettingError, match="GET api/me"):
        parse_routes("GET api/me")


def echo(who: str) -> Callable[[Any], None]:
    def answer(request: Any) -> None:
        body = json.dumps([who, request.path]).encode()
        request.send_response(200)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


@pytest.fixture
def front(start_front: Callable[..., Front], serve: Any) -> Front:
    running = start_front()
    serve(running.folder / "door" / "door.sock", echo("door"))
    serve(running.folder / "ws" / "abcd--impots" / "j.sock", echo("page"))
    return running


def test_the_front_does_what_the_table_says_of_each_route_and_each_method(front: Front, ways: Ways) -> None:
    addresses = sorted({address for _, address in ways} | {sample(route) for route in TABLE if route.way != "closed"})
    wrong = []
    for address in addresses:
        for method in METHODS:
            wanted = way(method, address)
            answer = front.get(WORKSPACE, OWN + address, method=method)
            expected: Any = {None: 404, "closed": 404, "socket": 400}.get(wanted, [wanted, OWN + address])
            found = json.loads(answer.body) if answer.status == 200 else answer.status
            if found != expected:
                wrong.append((method, address, wanted, found))
    assert wrong == []
    assert len(addresses) > 50


@pytest.mark.parametrize(
    "target",
    ["/user/abcd/autre/lab", "/user/efgh/impots/lab", "/user/abcd/impots/../autre/lab", "//user/abcd/impots/lab",
     "/user//abcd/impots/lab", "/user/abcd/impots/lab/../files/x", "/user/abcd/impots/files/../lab",
     "/user/abcd/impots/%66iles/x", "/user/abcd/impots/lab%2f..%2ffiles/x",
     "/user/abcd/impots/api/contents/../../files/x",
     "/user/abcd/impots/API/me", "/user/abcd/impots/proxy/80/", "/user/abcd/impots/files", "/user/abcd/impots/lab/x"],
)  # fmt: skip
def test_an_address_that_only_looks_like_an_open_one_is_not_found(front: Front, target: str) -> None:
    assert front.get(WORKSPACE, target).status == 404


def test_a_query_decides_nothing(front: Front) -> None:
    assert json.loads(front.get(WORKSPACE, f"{OWN}lab?next=/files/").body) == ["page", f"{OWN}lab?next=/files/"]
    assert front.get(WORKSPACE, f"{OWN}files/x?/lab").status == 404


@pytest.mark.parametrize(("size", "status"), [(60_000, 200), (70_000, 413)])
def test_what_a_page_sends_beside_files_is_short(front: Front, size: int, status: int) -> None:
    with closing(HTTPConnection("127.0.0.1", front.port, timeout=20)) as connection:
        connection.request("PUT", f"{OWN}lab/api/workspaces/s0", b"x" * size, {"Host": f"{WORKSPACE}:8000"})
        assert connection.getresponse().status == status
