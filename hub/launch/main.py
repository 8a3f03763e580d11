"""`python -m hub.launch`: prepare, start, stop or remove an installation on this machine, as root.

Order of a first start: prepare, (the demo writes its directory), directory, (the demo writes its
register through the running sign-in), start. Each is idempotent.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import docker
import typer

from hub.launch.accounts import ensure_accounts, remove_accounts
from hub.launch.certificates import ensure_certificates
from hub.launch.containers import Service, directory_service, ensure_running, front_service, remove
from hub.launch.folders import check_folders, ensure_folders, folders, hand_over
from hub.launch.law import install_law
from hub.launch.ready import accepts, answers, listens, wait_for
from hub.launch.settings import LaunchSettings
from hub.launch.sockets import ensure_sockets_mounted, unmount_below
from hub.launch.steps import step
from hub.launch.supervisor import Supervisor, programs, render_configuration
from hub.settings import HubSettings
from policies.errors import DatalabError
from policies.files import write_atomic
from policies.settings import Values, read_values

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
ValuesFile = Annotated[Path, typer.Option("--values", help="values.yaml of this installation")]


def client(values: Values) -> docker.APIClient:
    """Docker's own socket: the launcher is root."""
    return docker.APIClient(base_url="unix:///var/run/docker.sock", version="1.41")


@app.command()
def prepare(values: ValuesFile, source: Annotated[Path, typer.Option(help="the source tree")]) -> None:
    """Accounts, folders, sockets' tmpfs, law, keys, certificate of the demo directory."""
    settings = _read(values)
    places, launch = settings.places, settings.section(LaunchSettings)
    with step("Comptes et dossiers"):
        ensure_accounts(launch.accounts)
        ensure_folders(folders(places, launch.accounts))
        ensure_sockets_mounted(places.run / "ws")
        install_law(source / "policies" / "law", places.law)
    with step("Clés et certificat"):
        tls = places.state / "directory" / "tls"
        ensure_certificates(tls, "localhost")
        _run("hub.signin.keys", values)


@app.command()
def directory(values: ValuesFile) -> None:
    """The demo directory's container, then the supervisor and the sign-in process."""
    settings = _read(values)
    launch = settings.section(LaunchSettings)
    address, _, port = launch.directory_listen.rpartition(":")
    hand_over(folders(settings.places, launch.accounts))
    with step("Annuaire"):
        _keep_running(settings, directory_service(settings.places, launch))
        wait_for("the directory", lambda: accepts(address, int(port)), f"docker logs {launch.directory_container}")
    with step("Authentification"):
        supervisor = _supervisor(settings, values)
        supervisor.ensure_running()
        supervisor.start("signin")
        _wait_for_socket(settings, "signin")


@app.command()
def start(values: ValuesFile) -> None:
    """Guard, hub and front; returns once the first page answers."""
    settings = _read(values)
    places, launch, site = settings.places, settings.section(LaunchSettings), settings.section(HubSettings)
    check_folders(folders(places, launch.accounts))
    supervisor = _supervisor(settings, values)
    supervisor.ensure_running()
    for name in ("signin", "guard", "hub"):
        with step(f"Processus {name}"):
            supervisor.start(name)
            _wait_for_socket(settings, name)
    with step("Accueil (nginx)"):
        _keep_running(settings, front_service(places, launch, site))
        wait_for(
            "the first page",
            lambda: answers(launch.listen, site.public_port, site.public_host, "/hub/login"),
            f"{places.state}/log/hub.log",
        )


@app.command()
def restart(values: ValuesFile, names: list[str]) -> None:
    """Restart processes alone, after their program changed; running workspaces stay."""
    settings = _read(values)
    supervisor = _supervisor(settings, values)
    for name in names:
        with step(f"Processus {name}"):
            supervisor.restart(name)
            _wait_for_socket(settings, name)


@app.command()
def clean(values: ValuesFile) -> None:
    """Stop everything and remove containers, images, mounts, folders and accounts of this installation."""
    settings = _read(values)
    places, launch = settings.places, settings.section(LaunchSettings)
    with step("Arrêt"):
        _supervisor(settings, values).shut_down()
        _remove_containers(settings, launch)
    with step("Suppression"):
        for folder in (places.run, places.state):
            unmount_below(folder)
            shutil.rmtree(folder, ignore_errors=True)
        remove_accounts(launch.accounts)


def _remove_containers(settings: Values, launch: LaunchSettings) -> None:
    engine = client(settings)
    label = f"datalab.site={settings.places.run}"
    for found in engine.containers(all=True, filters={"label": label}):
        remove(engine, found["Id"])
    for name in (launch.front_container, launch.directory_container):
        remove(engine, name)


def _read(values: Path) -> Values:
    if os.geteuid() != 0:
        raise DatalabError("the launcher makes accounts and mounts: run it as root, or with sudo")
    return read_values(values)


def _keep_running(settings: Values, service: Service) -> None:
    ensure_running(client(settings), service)


def _supervisor(settings: Values, values: Path) -> Supervisor:
    places = settings.places
    table = programs(places, settings.section(LaunchSettings).accounts, values)
    content = render_configuration(places, table, values)
    write_atomic(places.run / "supervisor" / "supervisord.conf", content.encode(), 0o600)
    return Supervisor(places)


def _wait_for_socket(settings: Values, name: str) -> None:
    path = settings.places.socket(name)
    wait_for(f"the process {name}", lambda: listens(path), f"{settings.places.state}/log/{name}.log")


def _run(module: str, values: Path) -> None:
    subprocess.run([sys.executable, "-I", "-m", module, "--values", str(values)], check=True)


def main() -> None:
    """Errors that are foreseen are said in one line each, without a traceback."""
    try:
        app()
    except (DatalabError, json.JSONDecodeError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"datalab: {error}")
