"""What runs: the directory's and the front's containers, the supervised processes; each awaited."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import docker

from hub.launch.containers import directory_service, ensure_running, front_service, remove
from hub.launch.ready import accepts, answers, listens, wait_for
from hub.launch.settings import LaunchSettings
from hub.launch.supervisor import Supervisor, program_stamp, programs, render_configuration
from hub.settings import HubSettings
from policies.files import write_atomic
from policies.settings import Values


class Running:
    """The running parts of one installation; `values` is the file that its processes read."""

    def __init__(self, settings: Values, values: Path) -> None:
        self._settings = settings
        self._launch = settings.section(LaunchSettings)
        self._engine = docker.APIClient(base_url="unix:///var/run/docker.sock", version="1.41")
        self._supervisor = Supervisor(settings.places)
        table = programs(settings.places, self._launch.accounts, values)
        self._sockets = {program.name: program.sockets for program in table}
        self._configuration = render_configuration(settings.places, table, values, program_stamp(settings.places))

    def start_directory(self) -> None:
        """The demo directory accepts connections."""
        address, _, port = self._launch.directory_listen.rpartition(":")
        ensure_running(self._engine, directory_service(self._settings.places, self._launch))
        log = f"docker logs {self._launch.directory_container}"
        wait_for("the directory", lambda: accepts(address, int(port)), log)

    def start(self, process: str) -> None:
        """A supervised process is ready."""
        content = self._configuration.encode()
        write_atomic(self._settings.places.run / "supervisor" / "supervisord.conf", content, 0o600)
        self._supervisor.ensure_running()
        self._supervisor.start(process)
        self._wait_for(process)

    def restart(self, process: str, meanwhile: Callable[[], object] = lambda: None) -> None:
        """A process runs anew; workspaces stay. What is done `meanwhile` is done while it does not run."""
        self._supervisor.stop(process)
        try:
            meanwhile()
        finally:
            self._supervisor.start(process)
        self._wait_for(process)

    def start_front(self) -> None:
        """The first page answers, and that of the second factor."""
        places, launch, site = self._settings.places, self._launch, self._settings.section(HubSettings)
        ensure_running(self._engine, front_service(places, launch, site))
        for host, path, log in ((site.public_host, "/hub/login", "hub"), (site.identity_host, "/", "signin")):
            ready = partial(answers, launch.listen, site.public_port, host, path)
            wait_for(f"the page {host}{path}", ready, f"{places.state}/log/{log}.log")

    def stop(self) -> None:
        """Every process, then every container of this installation, workspaces included."""
        self._supervisor.shut_down()
        label = f"datalab.site={self._settings.places.run}"
        for found in self._engine.containers(all=True, filters={"label": label}):
            remove(self._engine, found["Id"])

    def _wait_for(self, process: str) -> None:
        """Whoever has sockets listens on them; who has none stays up."""
        log = f"{self._settings.places.state}/log/{process}.log"
        listening = [partial(listens, self._settings.places.socket(name)) for name in self._sockets[process]]
        for ready in listening or [partial(self._supervisor.runs, process)]:
            wait_for(f"the process {process}", ready, log)
