"""A real hub with a real sign-in, register, law and directory, on Unix sockets of a folder of its own.

Who plays the guard is the test's choice: nobody, or a real one that listens at `places.socket("guard")`.
"""

from __future__ import annotations

import html
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import docker
import httpx
import yaml

from hub.signin.keys import ensure_keys
from policies.calendar import today
from policies.files import parse_yaml
from policies.settings import Places, known_sections, parse_values
from tests.support.guarded_register import PERSON, TEAMMATE, GuardedRegister
from tests.support.guarded_site import PROFILE
from tests.support.leaping import Clock
from tests.support.slapd import PEOPLE, Entry, Slapd, group, person

ROOT = Path(__file__).parents[2]
HOST = "datalab.localhost:8000"
LOGIN, PASSWORD = "ana", "mot de passe d'ana"
STRANGER = "pzoe09"
ENTRIES = [
    person("ana", PERSON, "Ana Essai", "minsante", PASSWORD),
    person("ben", TEAMMATE, "Ben Essai", "minsante", PASSWORD),
    person("zoe", STRANGER, "Zoe Essai", "minint", PASSWORD),
    person("eve", "peve10", "Eve Essai", "minint", PASSWORD),
    group("datalab-aides", ["ana", "ben"]),
]
NAVIGATION = {"Host": HOST, "User-Agent": "test", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
PATIENCE_S = 30


def words(answer: httpx.Response) -> str:
    """What a person reads of a page, without the frame around it."""
    main = answer.text.partition("<main")[2].partition("</main")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", main)).split())


@dataclass
class Browser:
    """Cookies, and requests to the hub's socket as a browser sends them; redirects are not followed."""

    path: Path
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        transport = httpx.HTTPTransport(uds=str(self.path))
        self.client = httpx.Client(transport=transport, base_url="http://datalab.localhost", timeout=PATIENCE_S)
        self.client.headers = httpx.Headers(NAVIGATION)

    def get(self, address: str, **more: Any) -> httpx.Response:
        return self.client.get(address, **more)

    def post(self, address: str, form: Mapping[str, str], token_from: str = "/hub/home") -> httpx.Response:
        """Send a form with the token that a page holds, or else its cookie."""
        found = re.search(r'name="_xsrf" value="([^"]+)"', self.get(token_from).text)
        token = found.group(1) if found else self.client.cookies["_xsrf"]
        return self.client.post(address, data={"_xsrf": token, **form})

    def xsrf(self) -> str:
        """The token of the cookie, which is the same that forms hold."""
        self.get("/hub/home")
        return self.client.cookies["_xsrf"]

    def open(self, person: str, processing: str) -> str:
        """Press the button and wait; nothing once the workspace is open, else what the page says."""
        answer = self.post(f"/hub/espace/{processing}", {"profile": "petit"})
        pending = f"/hub/spawn-pending/{person}/{processing}"
        end = time.monotonic() + PATIENCE_S
        while answer.headers.get("location") == pending or (answer.url.path == pending and answer.status_code == 200):
            assert time.monotonic() < end, "it neither opened nor failed"
            answer = self.get(pending)
        return "" if answer.headers.get("location") == f"/user/{person}/{processing}/" else words(answer)

    def sign_in(self, login: str = LOGIN, password: str = PASSWORD, code: str = "") -> httpx.Response:
        return self.post("/hub/login", {"username": login, "password": password, "code": code}, "/hub/login")


@dataclass
class RunningHub:
    """The processes of one installation, and what tests change of it."""

    places: Places
    values_file: Path
    slapd: Slapd
    register: GuardedRegister
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    browsers: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        self.browsers.append(Browser(self.places.socket("hub")))
        return self.browsers[-1]

    def signed_in(self, login: str = LOGIN, code: str = "") -> Browser:
        browser = self.browser()
        answer = browser.sign_in(login, code=code)
        assert answer.status_code == 302, answer.text
        return browser

    def log(self) -> str:
        return (self.places.state / "hub.log").read_text(errors="replace")

    def start(self, name: str, *arguments: str, listens: bool = True) -> None:
        """A process, on a clock of its own if it has one; returns once it listens."""
        own = {
            "DATALAB_VALUES": str(self.values_file),
            "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}",
        }
        environment = self.clocks[name].environment(**own) if name in self.clocks else os.environ | own
        folder = self.places.state / name
        with (self.places.state / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *arguments], cwd=folder, env=environment, stdout=log, stderr=log
            )
        if listens:
            self._wait(name)

    def _wait(self, name: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not _accepts(self.places.socket(name)):
            stopped = self.processes[name].poll() is not None
            if stopped or time.monotonic() > end:
                raise RuntimeError((self.places.state / f"{name}.log").read_text(errors="replace"))
            time.sleep(0.05)

    def start_hub(self) -> None:
        self.start("hub", "-m", "hub.app", "-f", str(ROOT / "hub" / "jupyterhub_config.py"))

    def start_signin(self) -> None:
        self.start("signin", "-m", "hub.signin.main", "--values", str(self.values_file))

    def forget(self, login: str, folder: Path) -> None:
        """Take a person out of the directory, for good."""
        self.slapd.stop()
        change = folder / "forget.ldif"
        change.write_text(f"dn: uid={login},{PEOPLE}\nchangetype: delete\n", encoding="utf-8")
        conf = self.slapd.password_file.parent / "slapd.conf"
        subprocess.run(["/usr/sbin/slapmodify", "-f", conf, "-l", change], check=True, capture_output=True)
        self.slapd.start()

    def stop(self, name: str) -> None:
        process = self.processes.pop(name)
        process.terminate()
        process.wait(PATIENCE_S)


# enough of a workspace for the hub: it answers on its socket, and ends when told to
SERVER = """\
#!/usr/bin/python3
import os, signal, socket, sys
os.umask(0o007)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
server = socket.socket(socket.AF_UNIX)
server.bind("/run/ws/j.sock")
server.listen()
while True:
    client = server.accept()[0]
    if client.recv(4096):
        client.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok")
    client.close()
"""


def answering_image(engine: docker.APIClient) -> str:
    """An image of ours whose workspace answers HTTP; built on the base that images/build.py made."""
    tags = [tag for image in engine.images() for tag in image["RepoTags"] or () if tag.startswith("datalab/base:")]
    if not tags:
        raise RuntimeError("no image datalab/base; run images/build.py --only base")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "datalab-workspace").write_text(SERVER, encoding="utf-8")
        Path(folder, "Dockerfile").write_text(
            f"FROM {tags[0]}\nCOPY datalab-workspace /opt/workspace/bin/\n"
            "RUN chmod 755 /opt/workspace/bin/datalab-workspace\n",
            encoding="utf-8",
        )
        command = ["docker", "build", "--quiet", "--tag", "datalab-test/answering", folder]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


Sections = Mapping[str, Mapping[str, Any]]


def values_of(
    places: Places, slapd: Slapd, ticket_hours: float, hub: Mapping[str, Any], others: Sections
) -> dict[str, Any]:
    """The repository's values.yaml, with this folder's places and this slapd; `hub` and `others` change sections."""
    values: dict[str, Any] = parse_yaml((ROOT / "values.yaml").read_text(encoding="utf-8"), "values.yaml")
    password = str(slapd.password_file)
    values["places"] = places.model_dump(mode="json")
    values["directory"] = slapd.settings.model_dump(mode="json")
    values["hub"] |= {"directory_password_file": password, "refresh_s": 1, **hub}
    values["profiles"] = {"petit": PROFILE.model_dump(mode="json")}
    values["tickets"] = {"max_age_hours": ticket_hours}
    values["signin"] |= {"directory_password_file": password, "free_failures": 20, "failures_per_minute": 1000}
    values["guard"]["directory_password_file"] = password
    for name, changes in others.items():
        values[name] |= changes
    return values


@contextmanager
def running_hub(
    places: Places,
    slapd_folder: Path,
    register: GuardedRegister,
    ticket_hours: float = 12,
    entries: Sequence[Entry] = ENTRIES,
    hub: Mapping[str, Any] = MappingProxyType({}),
    others: Sections = MappingProxyType({}),
    clocks: Mapping[str, Clock] = MappingProxyType({}),
) -> Iterator[RunningHub]:
    """Directory, sign-in and hub, started and stopped; law, register and images are in place already."""
    for name in ("hub", "signin"):
        (places.state / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        (places.run / name).mkdir(mode=0o710, parents=True, exist_ok=True)
    (places.state / "signin" / "factors").mkdir(mode=0o700, exist_ok=True)
    with Slapd(slapd_folder, entries) as slapd:
        values = values_of(places, slapd, ticket_hours, hub, others)
        parse_values(values, known_sections())
        values_file = places.state / "values.yaml"
        values_file.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
        ensure_keys(places, today())
        running = RunningHub(places, values_file, slapd, register, clocks)
        try:
            running.start_signin()
            running.start_hub()
            yield running
        finally:
            for browser in running.browsers:
                browser.client.close()
            for name in list(running.processes):
                running.stop(name)


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0
