"""The front's own image, running alone, whole or with one of its protections taken away.

Its files are edited in a test's folder and shown to the container in the place of the true ones; no
setting can do this.
"""

from __future__ import annotations

import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

IMAGE = Path(__file__).parents[2] / "images" / "front"
TEMPLATE, ANSWERS, ROUTES, RENDER = "front.nginx.conf", "answers.lua", "routes.txt", "render.py"
ACCOUNT = "200901:400901"
FIRST_FILE = "/statique/dsfr/dsfr.min.css"
Edit = tuple[str, Callable[[str], str]]


@dataclass(frozen=True)
class Running:
    """A front that runs: the folder of its neighbours' sockets, and its port of loopback."""

    folder: Path
    port: int


def without(file: str, pattern: str, instead: str = "") -> Edit:
    """A file of the front in which this pattern is replaced, nothing else; it must be there."""

    def change(text: str) -> str:
        changed, times = re.subn(pattern, lambda _: instead, text)
        assert times, f"{file} has no {pattern}: the protection has another form now"
        return changed

    return file, change


def edited(folder: Path, *edits: Edit) -> list[str]:
    """Docker's options that show the edited files in the place of the true ones."""
    texts: dict[str, str] = {}
    for file, change in edits:
        texts[file] = change(texts.get(file) or (IMAGE / file).read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
        (folder / file).chmod(0o644)
    return [f"--volume={folder / file}:/opt/front/{file}:ro" for file in texts]


def free_port() -> int:
    """A port of loopback on which nobody listens."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def lay_out(folder: Path, *workspaces: str) -> None:
    """The folders of the sockets of the front's neighbours."""
    for name in ("hub", "identity", "gate", "door", *(f"ws/{each}" for each in workspaces)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name).chmod(0o777)


@contextmanager
def running_front(tag: str, folder: Path, *edits: Edit, port: int | None = None, **settings: str) -> Iterator[Running]:
    """A front on a port of its own, with these edits and settings; gone at the end."""
    port = port or free_port()
    own = {"RUN_FOLDER": str(folder), "LISTEN_PORT": str(port), "LISTEN_ADDRESS": "127.0.0.1"}
    options = ["--network=host", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", f"--user={ACCOUNT}"]
    options += [f"--env={name}={value}" for name, value in (own | settings).items()]
    options += [*edited(folder / f"edited-{port}", *edits), f"--volume={folder}:{folder}"]
    command = ["docker", "run", "--detach", *options, tag]
    container = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    try:
        _wait(port, settings.get("HUB_HOST", "datalab.localhost"), container)
        yield Running(folder, port)
    finally:
        subprocess.run(["docker", "rm", "--force", container], check=True, capture_output=True)


def _wait(port: int, hub: str, container: str) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        with closing(connection):
            try:
                connection.request("GET", FIRST_FILE, headers={"Host": hub})
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.02)
    said = subprocess.run(["docker", "logs", container], check=True, capture_output=True, text=True)
    raise AssertionError(f"the front does not answer: {said.stdout}{said.stderr}")
