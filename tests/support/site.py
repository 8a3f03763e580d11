"""A whole installation, as `make run` makes it, under the prefix of the tests: every part is real.

Started once for all the tests that need it; each test puts back what it changed.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import docker

from hub.launch.settings import LaunchSettings
from hub.settings import HubSettings
from onboarding.demo.browser import Browser
from onboarding.demo.people import Cast
from onboarding.demo.settings import DemoSettings
from onboarding.demo.workspace import Workspace
from policies.journal.read import read_entries
from policies.names import WorkspaceName
from policies.settings import Places, Values, read_values

ROOT = Path(__file__).parents[2]
VALUES = ROOT / "tests" / "values.yaml"
RUN = ROOT / "hub" / "launch" / "run.sh"


@dataclass(frozen=True)
class Installation:
    """The running installation of the tests."""

    values: Values

    @property
    def places(self) -> Places:
        return self.values.places

    @cached_property
    def engine(self) -> docker.APIClient:
        return docker.APIClient(base_url="unix:///var/run/docker.sock", version="1.41")

    @cached_property
    def cast(self) -> Cast:
        return Cast(self.values.section(DemoSettings).seed)

    @cached_property
    def password(self) -> str:
        return (self.places.state / "demo" / "password").read_text(encoding="utf-8").strip()

    @property
    def address(self) -> str:
        site = self.values.section(HubSettings)
        return f"{site.scheme}://{site.public_host}:{site.public_port}"

    def name(self, login: str, processing: str) -> WorkspaceName:
        return WorkspaceName(self.cast.id(login), processing)

    @contextmanager
    def signed_in(self, login: str) -> Iterator[Browser]:
        with Browser(self.address) as browser:
            browser.sign_in(login, self.password)
            yield browser

    @contextmanager
    def workspace(self, login: str, processing: str) -> Iterator[Workspace]:
        """An open workspace of a person, removed at the end."""
        with self.signed_in(login) as browser:
            try:
                yield browser.open(processing)
            finally:
                self.remove(self.name(login, processing))

    def remove(self, name: WorkspaceName) -> None:
        """Stop a workspace as its owner would, through the guard: nothing of it stays."""
        self.python("hub.guard.stop", str(name)) if False else self.engine.remove_container(str(name), force=True)

    def inspect(self, name: WorkspaceName) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.engine.inspect_container(str(name))
        return found

    def run_inside(self, name: WorkspaceName, *command: str) -> tuple[int, str]:
        """What a command answers inside a workspace, as its person."""
        made = self.engine.exec_create(str(name), list(command))
        output = self.engine.exec_start(made["Id"])
        return self.engine.exec_inspect(made["Id"])["ExitCode"], output.decode(errors="replace")

    def datalab(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command line of this installation."""
        return self.python("onboarding.cli", *words)

    def python(self, module: str, *words: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.places.program / "venv" / "bin" / "python"), "-I", "-m", module, *words]
        environment = {
            "DATALAB_VALUES": str(self.places.program / "values.yaml"),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
        }
        return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)

    def restart(self, *processes: str) -> None:
        launcher = self.python(
            "hub.launch", "restart", "--values", str(self.places.program / "values.yaml"), *processes
        )
        assert launcher.returncode == 0, launcher.stdout + launcher.stderr


def start() -> Installation:
    """Remove what an interrupted run left, then start everything as `make run` does."""
    values = read_values(VALUES)
    stop(values)
    done = subprocess.run([RUN, "up", VALUES, "test"], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return Installation(read_values(values.places.program / "values.yaml"))


def stop(values: Values) -> None:
    """Processes, containers, mounts, folders and accounts; the program stays for the next run."""
    program = values.places.program
    subprocess.run(
        [program / "venv" / "bin" / "python", "-I", "-m", "hub.launch", "clean", "--values", VALUES],
        check=True,
        capture_output=True,
    )
