import json
import re
import shlex
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.images.conftest import CLOSED, GID, UID, ask, run, wait_for, writable

BASE_URL = "/user/abcd/impots"
SCOPE = "access:servers!server=abcd/impots"
ENVIRONMENT = {
    "JUPYTERHUB_SERVICE_URL": f"http+unix://%2Frun%2Fws%2Fj.sock{BASE_URL}/",
    "JUPYTERHUB_SERVICE_PREFIX": f"{BASE_URL}/",
    "JUPYTERHUB_API_URL": "http+unix://%2Frun%2Fhub%2Fhub.sock/hub/api",
    "JUPYTERHUB_HOST": "http://datalab.localhost:8000",
    "JUPYTERHUB_API_TOKEN": "token-of-the-server",
    "JUPYTERHUB_CLIENT_ID": "jupyterhub-abcd--impots",
    "JUPYTERHUB_USER": "abcd",
    "JUPYTERHUB_SERVER_NAME": "impots",
    "JUPYTERHUB_BASE_URL": "/",
    "JUPYTERHUB_OAUTH_CALLBACK_URL": f"{BASE_URL}/oauth_callback",
    "JUPYTERHUB_OAUTH_ACCESS_SCOPES": json.dumps([SCOPE]),
    "JUPYTERHUB_OAUTH_SCOPES": json.dumps([SCOPE]),
}
KERNEL = """
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="python3")
client.execute_interactive("open('/home/datalab/made', 'w').close()", timeout=60)
manager.shutdown_kernel(now=True)
"""


def hub_that_knows(tokens: dict[str, list[str]]) -> Callable[[Any], None]:
    """A hub's answer to "whose token is this": the person, with the token's scopes."""

    def answer(request: Any) -> None:
        token = request.headers.get("Authorization", "").removeprefix("token ").removeprefix("Bearer ")
        model = {"kind": "user", "name": "abcd", "admin": False, "groups": [], "scopes": tokens.get(token, [])}
        body = json.dumps(model if token in tokens else {"message": "unknown"}).encode()
        request.send_response(200 if token in tokens else 403)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


@pytest.fixture
def workspace(tags: dict[str, str], folder: Path, start: Callable[..., str], serve: Any) -> tuple[Path, str]:
    """A running workspace: its socket and its container."""
    for name in ("ws", "hub", "home"):
        writable(folder / name)
    serve(folder / "hub" / "hub.sock", hub_that_knows({"of-the-person": [SCOPE], "of-another": ["self"]}))
    mounts = [f"-v={folder}/ws:/run/ws", f"-v={folder}/hub:/run/hub:ro", f"-v={folder}/home:/home/datalab"]
    variables = [f"--env={name}={value}" for name, value in ENVIRONMENT.items()]
    container = start(*CLOSED, *mounts, *variables, tags["workspace-python"])
    wait_for(lambda: ask(folder / "ws" / "j.sock", "GET", f"{BASE_URL}/api"), container)
    return folder / "ws" / "j.sock", container


def fetch_json(socket: Path, target: str) -> Any:
    answer = ask(socket, "GET", f"{BASE_URL}{target}", Authorization="token of-the-person")
    assert answer.status == 200
    return json.loads(answer.body)


def test_the_promised_libraries_are_there(tags: dict[str, str]) -> None:
    run("docker", "run", "--rm", *CLOSED, tags["workspace-python"], "python", "-I", "-m", "datalab_workspace.checks")


def test_the_image_carries_no_grammar_that_is_compiled_at_each_start(tags: dict[str, str]) -> None:
    code = "import importlib.util as u; print(u.find_spec('rfc3987_syntax'))"
    said = run("docker", "run", "--rm", *CLOSED, tags["workspace-python"], "python", "-c", code)
    assert said == "None\n"


def test_a_visitor_without_a_sign_in_is_sent_to_the_hub(workspace: tuple[Path, str]) -> None:
    answer = ask(workspace[0], "GET", f"{BASE_URL}/lab")
    assert answer.status == 302
    assert (answer.headers["Location"] or "").startswith("http://datalab.localhost:8000/hub/api/oauth2/authorize?")


@pytest.mark.parametrize("token", ["of-another", "of-nobody"])
def test_a_token_without_the_right_to_this_server_opens_nothing(workspace: tuple[Path, str], token: str) -> None:
    answer = ask(workspace[0], "GET", f"{BASE_URL}/api/contents", Authorization=f"token {token}")
    assert answer.status == 403


def test_the_person_gets_jupyterlab(workspace: tuple[Path, str]) -> None:
    answer = ask(workspace[0], "GET", f"{BASE_URL}/lab", Authorization="token of-the-person")
    assert answer.status == 200
    assert b'id="jupyter-config-data"' in answer.body


def test_without_the_guards_note_the_page_has_the_platforms_name(workspace: tuple[Path, str]) -> None:
    answer = ask(workspace[0], "GET", f"{BASE_URL}/lab", Authorization="token of-the-person")
    page = re.search(rb'id="jupyter-config-data"[^>]*>(.*?)</script>', answer.body, re.DOTALL)
    assert page is not None
    found = json.loads(page[1])
    assert (found["appName"], found["hubServerName"]) == ("Datalab", "impots")


def test_jupyterlab_speaks_french_by_default(workspace: tuple[Path, str]) -> None:
    settings = fetch_json(workspace[0], "/lab/api/settings/@jupyterlab/translation-extension:plugin")
    words = fetch_json(workspace[0], "/lab/api/translations/fr_FR")
    assert settings["schema"]["properties"]["locale"]["default"] == "fr_FR"
    assert words["data"]["jupyterlab"]


def test_the_socket_is_for_the_person_and_the_group(workspace: tuple[Path, str]) -> None:
    found = workspace[0].stat()
    assert (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid) == (0o660, UID, GID)


def test_a_kernel_starts_and_its_files_are_for_the_team(workspace: tuple[Path, str], folder: Path) -> None:
    # through a terminal's shell, as a person would: the umask is the workspace's
    run("docker", "exec", workspace[1], "/bin/bash", "--login", "-c", f"python -c {shlex.quote(KERNEL)}")
    assert stat.S_IMODE((folder / "home" / "made").stat().st_mode) == 0o660


def test_a_kernel_of_the_server_inherits_its_umask(workspace: tuple[Path, str]) -> None:
    """The first process of the container is the server; its children begin with its umask."""
    status = run("docker", "exec", workspace[1], "cat", "/proc/1/status")
    assert "Umask:\t0007" in status
