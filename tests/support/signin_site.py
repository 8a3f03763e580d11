"""The sign-in process of an installation of a test's own: the real one, on both its sockets."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import yaml

from policies.journal.read import read_journal
from tests.hub.test_settings import VALUES as HUB
from tests.support.slapd import Slapd

DELAYS = {
    "free_failures": 3,
    "first_delay_s": 0.2,
    "longest_delay_s": 1.0,
    "longest_wait_s": 2.0,
    "forget_after_s": 600,
    "failures_per_minute": 1000,
    "common_delay_s": 0.5,
    "remembered_logins": 1000,
    "most_at_once": 50,
    "free_wrong_codes": 3,
    "code_pause_s": 900,
}


class Installation:
    """Values, folders and the sign-in process of one installation under a temporary folder."""

    def __init__(self, folder: Path, slapd: Slapd) -> None:
        self.state = folder / "state"
        self.socket = folder / "run" / "signin" / "signin.sock"
        self.face = folder / "run" / "identity" / "identity.sock"
        self.factors = self.state / "signin" / "factors"
        self.keys = self.state / "keys" / "public.json"
        self.values = folder / "values.yaml"
        self.log = folder / "signin.log"
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("state/signin/factors", "state/journal"):
            (folder / name).mkdir(parents=True)
        self.values.write_text(yaml.safe_dump(_values(folder, slapd)))

    def run(self, module: str) -> subprocess.Popen[bytes]:
        program = [sys.executable, "-c", _LAUNCH, module, "--values", str(self.values)]
        with self.log.open("ab") as log:
            return subprocess.Popen(program, stderr=log, cwd=Path(__file__).parents[2])

    def start(self) -> None:
        assert self.run("hub.signin.keys").wait(30) == 0
        self._process = self.run("hub.signin.main")
        end = time.monotonic() + 20
        while not all(map(_listens, (self.socket, self.face))):
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < end
            time.sleep(0.05)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process
        return self._process

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def post(self, path: str, body: object) -> tuple[int, Any]:
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(self.socket)), timeout=20) as client:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            answer = client.post(f"http://signin{path}", content=content)
            return answer.status_code, answer.json()

    def journaled(self) -> list[tuple[str, dict[str, Any] | None]]:
        return [(each.entry.kind, each.payload) for each in read_journal(self.state / "journal" / "signin")]


# The sections of the packages that are not tried here are left out of the values.
_LAUNCH = """
import runpy, sys
import policies.settings as settings
from hub.settings import HubSettings
from hub.signin.settings import SigninSettings
settings.known_sections = lambda: settings.POLICIES_SECTIONS | {"signin": SigninSettings, "hub": HubSettings}
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__")
"""


def _values(folder: Path, slapd: Slapd) -> dict[str, Any]:
    places = {name: str(folder / name) for name in ("program", "state", "run", "law")}
    return {
        "places": places,
        "directory": slapd.settings.model_dump(mode="json"),
        "tickets": {"max_age_hours": 12},
        "hub": HUB,
        "signin": {"directory_password_file": str(slapd.password_file)} | DELAYS,
    }


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def typed(login: str, password: str, **more: str) -> dict[str, str]:
    return {"login": login, "password": password} | more
