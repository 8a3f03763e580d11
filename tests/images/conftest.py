"""Real images, real containers: no network, no capability, a read-only root and an account that no image knows."""

import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socketserver import UnixStreamServer
from typing import Any

import pytest

from tests.support.front import Edit, Running, lay_out, running_front

ROOT = Path(__file__).resolve().parents[2]
UID, GID = 200901, 400901
CLOSED = [
    "--network=none",
    "--read-only",
    "--tmpfs=/tmp",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
    f"--user={UID}:{GID}",
]


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[:4]}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def tags(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The images of this tree, built if missing."""
    out = tmp_path_factory.mktemp("images") / "images.json"
    run(sys.executable, str(ROOT / "images" / "build.py"), "--out", str(out))
    return {name: image["tag"] for name, image in json.loads(out.read_text()).items()}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: the address of a Unix socket is 108 bytes at most."""
    with tempfile.TemporaryDirectory(prefix="dl-") as made:
        path = Path(made)
        path.chmod(0o755)
        yield path


@pytest.fixture
def start() -> Iterator[Callable[..., str]]:
    """Starts containers and removes them; answers with the container's id."""
    made: list[str] = []

    def start_one(*arguments: str) -> str:
        made.append(run("docker", "run", "--detach", *arguments).strip())
        return made[-1]

    yield start_one
    for container in made:
        subprocess.run(["docker", "rm", "--force", container], capture_output=True, check=False)


def writable(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o777)
    return path


class UnixConnection(HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(str(self.path))


@dataclass(frozen=True)
class Answer:
    """An answer read to its end, so that no connection stays open."""

    status: int
    headers: Message
    body: bytes


def answer_of(connection: HTTPConnection, method: str, target: str, headers: dict[str, str]) -> Answer:
    with closing(connection):
        connection.request(method, target, headers=headers)
        with connection.getresponse() as response:
            return Answer(response.status, response.headers, response.read())


def ask(path: Path, method: str, target: str, **headers: str) -> Answer:
    return answer_of(UnixConnection(path), method, target, headers)


def wait_for(ready: Callable[[], Any], container: str, seconds: float = 30) -> Any:
    """The first answer; what the container said is in the failure."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            return ready()
        except OSError:
            time.sleep(0.02)
    logs = subprocess.run(["docker", "logs", container], capture_output=True, text=True, check=False)
    raise AssertionError(f"no answer in {seconds} s: {logs.stdout}{logs.stderr}")


class Front(Running):
    """A running front that tests ask raw questions."""

    def get(self, host: str, target: str, method: str = "GET", **headers: str) -> Answer:
        """What it answers under a host's name."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        return answer_of(connection, method, target, {"Host": f"{host}:8000", **headers})


@pytest.fixture
def start_front(tags: dict[str, str], folder: Path) -> Iterator[Callable[..., Front]]:
    """Starts a front with folders for its neighbours' sockets; given edits, with those files changed."""
    with ExitStack() as stack:

        def start_one(*edits: Edit) -> Front:
            lay_out(folder, "abcd--impots")
            (folder / "gate" / "hub.sock").write_text("left by a killed front")
            (folder / "gate" / "hub.sock").chmod(0o666)
            running = stack.enter_context(running_front(tags["front"], folder, *edits))
            return Front(running.folder, running.port)

        yield start_one


class UnixServer(HTTPServer):
    address_family = socket.AF_UNIX

    def server_bind(self) -> None:
        UnixStreamServer.server_bind(self)
        self.server_name, self.server_port = "localhost", 80
        Path(str(self.server_address)).chmod(0o666)


@pytest.fixture
def serve() -> Iterator[Callable[[Path, Callable[[Any], None]], list[Any]]]:
    """Serves on a Unix socket; answers with the list that the requests are noted in."""
    servers: list[UnixServer] = []

    def serve_one(path: Path, answer: Callable[[Any], None]) -> list[Any]:
        noted: list[Any] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                noted.append((self.command, self.path, dict(self.headers)))
                answer(self)

            do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that http.server calls

            def address_string(self) -> str:
                return "unix"

            def log_message(self, *arguments: object) -> None:
                pass

        server = UnixServer(str(path), Handler)  # type: ignore[arg-type]  # a path is this family's address
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return noted

    yield serve_one
    for server in servers:
        server.shutdown()
        server.server_close()
