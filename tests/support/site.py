"""A whole installation, as `make run` makes it, under the prefix of the tests: every part is real.

Started once for all the tests that need it; each test puts back what it changed.
"""

from __future__ import annotations

import json
import os
import pwd
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from hub.launch.settings import LaunchSettings
from hub.settings import HubSettings
from hub.signin.factor_store import factors_folder
from hub.site import identity_url
from onboarding.demo.browser import Browser
from onboarding.demo.people import Cast
from onboarding.demo.settings import DemoSettings
from onboarding.demo.workspace import Workspace
from onboarding.writing import Writer
from policies.journal.append import Journal
from policies.journal.read import Recorded, read_journal
from policies.names import WorkspaceName
from policies.register.attested import plain
from policies.register.follow import read_register
from policies.settings import Places, Values, read_values

ROOT = Path(__file__).parents[2]
VALUES = ROOT / "build" / f"values-{os.environ.get('PREFIX', 'test')}.yaml"  # `make install-test` writes it
RUN = ROOT / "hub" / "launch" / "run.sh"
DOCKER = "/usr/bin/docker" if Path("/usr/bin/docker").exists() else "docker"


@dataclass(frozen=True)
class Installation:
    """The running installation of the tests."""

    values: Values

    @property
    def places(self) -> Places:
        return self.values.places

    @property
    def launch(self) -> LaunchSettings:
        return self.values.section(LaunchSettings)

    @cached_property
    def cast(self) -> Cast:
        return Cast(self.values.section(DemoSettings).seed)

    @cached_property
    def password(self) -> str:
        return (self.places.state / "demo" / "password").read_text(encoding="utf-8").strip()

    @property
    def address(self) -> str:
        hub = self.values.section(HubSettings)
        return f"{hub.scheme}://{hub.public_host}:{hub.public_port}"

    @property
    def identity(self) -> str:
        """Where people keep their second factor."""
        return identity_url(self.values.section(HubSettings))

    def name(self, login: str, processing: str) -> WorkspaceName:
        return WorkspaceName(self.cast.id(login), processing)

    @property
    def factors(self) -> Path:
        """The second factors, a file each."""
        return factors_folder(self.places)

    @contextmanager
    def signed_in(self, login: str) -> Iterator[Browser]:
        with Browser(self.address) as browser:
            browser.sign_in(login, self.password)
            yield browser

    @contextmanager
    def workspace(self, login: str, processing: str) -> Iterator[Workspace]:
        """An open workspace of a person, stopped at the end as its owner would."""
        with self.signed_in(login) as browser:
            workspace = browser.open(processing)
            try:
                yield workspace
            finally:
                browser.stop(workspace)

    def docker(self, *words: str) -> str:
        """What Docker's command answers."""
        return subprocess.run([DOCKER, *words], check=True, capture_output=True, text=True).stdout

    def names(self) -> set[str]:
        """Every container of this machine, whether it runs or not."""
        return set(self.docker("ps", "--all", "--format", "{{.Names}}").split())

    def inspect(self, name: WorkspaceName) -> dict[str, Any]:
        """What Docker knows of a workspace's container."""
        found: dict[str, Any] = json.loads(self.docker("inspect", str(name)))[0]
        return found

    def inside(self, name: WorkspaceName, script: str) -> str:
        """What a Python script prints inside a workspace, as its person."""
        return self.docker("exec", str(name), "python3", "-c", script).strip()

    def python(
        self, module: str, *words: str, others: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.CompletedProcess[str]:
        """Run a module of the installed program as root; `others` beside its own environment."""
        command = [str(self.places.program / "venv" / "bin" / "python"), "-I", "-m", module, *words]
        environment = {
            "DATALAB_VALUES": str(self.installed_values),
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            **others,
        }
        return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)

    def datalab(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command line of this installation."""
        return self.python("onboarding.cli", *words)

    @property
    def installed_values(self) -> Path:
        return self.places.program / "values.yaml"

    def launched(self, command: str, *words: str, others: Mapping[str, str] = MappingProxyType({})) -> None:
        """One command of the launcher, such as `start`, which returns once the first page answers."""
        done = self.python("hub.launch", command, "--values", str(self.installed_values), *words, others=others)
        assert done.returncode == 0, done.stdout + done.stderr

    def restart(self, *processes: str) -> None:
        """Restart processes alone; returns once they answer."""
        self.launched("restart", *processes)

    def processes(self) -> dict[str, str]:
        """The process of each program under supervisor."""
        configuration = str(self.places.run / "supervisor" / "supervisord.conf")
        told = self.python("supervisor.supervisorctl", "-c", configuration, "status").stdout
        return dict(re.findall(r"^(\w+) +RUNNING +pid (\d+),", told, re.MULTILINE))

    def journal(self, account: str) -> list[Recorded]:
        return list(read_journal(self.places.journal(account)))

    @property
    def hub_account(self) -> pwd.struct_passwd:
        return pwd.getpwnam(self.launch.accounts.hub)

    @contextmanager
    def register_changed(self, path: str, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
        """A document of the register changed by its only writer, and put back at the end."""
        document = read_register(self.places.register_folder).document(path)
        assert document is not None
        before, changed = plain(document), plain(document)
        change(changed)
        self._write(path, changed)
        try:
            yield
        finally:
            self._write(path, before)

    def _write(self, path: str, values: dict[str, Any]) -> None:
        folder = self.places.register_folder
        journal = Journal(self.places.journal("onboarding"), "onboarding")
        seen = {path: read_register(folder).documents[path]}
        Writer(folder, journal).write({path: values}, seen, actor=self.cast.id("a.lefevre"), reason="essai")


def start() -> Installation:
    """Remove what an interrupted run left, then start everything as `make run` does."""
    stop(read_values(VALUES))
    up()
    return Installation(read_values(VALUES))


def up() -> None:
    """What `make run` does, under the prefix of the tests."""
    done = subprocess.run([RUN, "up", VALUES, "test"], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def stop(values: Values) -> None:
    """Processes, containers, mounts, folders and accounts; the program stays for the next run."""
    python = values.places.program / "venv" / "bin" / "python"
    command: list[str | Path] = [python, "-I", "-m", "hub.launch", "clean", "--values", VALUES]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
