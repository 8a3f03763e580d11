"""`python -m hub.launch`: prepare, start, stop or remove an installation on this machine, as root.

Order of a first start: prepare, (the demo writes its directory), directory, (the demo writes its
register through the running sign-in), start. Each is idempotent.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from hub.guard.judging.ground import forget_later, kept_file
from hub.launch import machine
from hub.launch.acts import journal_act
from hub.launch.running import Running
from policies.calendar import now
from policies.errors import DatalabError
from policies.settings import Values, read_values
from policies.steps import step

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
ValuesFile = Annotated[Path, typer.Option("--values", help="values.yaml of this installation")]


@app.command()
def prepare(values: ValuesFile, source: Annotated[Path, typer.Option(help="the source tree")]) -> None:
    """Accounts, folders, sockets' tmpfs, law, keys, certificate of the demo directory."""
    settings = _read(values)
    with step("Comptes et dossiers"):
        machine.ensure_machine(settings, source)
    with step("Clés et certificat"):
        machine.ensure_certificate(settings)
        for module in ("hub.signin.keys", "onboarding.keeper.keys"):
            command = [sys.executable, "-I", "-m", module, "--values", str(values)]
            subprocess.run(command, check=True)


@app.command()
def directory(values: ValuesFile) -> None:
    """The demo directory's container, then the supervisor and the sign-in process."""
    settings = _read(values)
    running = Running(settings, values)
    machine.hand_over_files(settings)
    with step("Annuaire"):
        running.start_directory()
    with step("Authentification"):
        running.start("signin")


@app.command()
def start(values: ValuesFile) -> None:
    """Every process, in the order in which one needs another, then the front; returns once the first page answers."""
    settings = _read(values)
    machine.check_machine(settings)
    journal_act(settings.places, "start")
    running = Running(settings, values)
    for process in ("keeper", "signin", "guard", "door", "turnstile", "hub"):
        with step(f"Processus {process}"):
            running.start(process)
    with step("Accueil (nginx)"):
        running.start_front()


@app.command()
def restart(values: ValuesFile, names: list[str]) -> None:
    """Restart processes alone, after their program changed; running workspaces stay."""
    settings = _read(values)
    journal_act(settings.places, "restart", processes=names)
    running = Running(settings, values)
    for name in names:
        with step(f"Processus {name}"):
            running.restart(name)


@app.command()
def clock(
    values: ValuesFile, reason: Annotated[str, typer.Option(help="how it is known that the clock is right")]
) -> None:
    """Take the machine's clock for right again where the guard saw it show a later moment; running workspaces stay.

    Whatever right ended by that moment alone, and has not ended by the clock of now, opens again.
    """
    settings = _read(values)
    journal_act(settings.places, "clock", reason=reason)
    with step("Processus guard"):
        Running(settings, values).restart("guard", lambda: forget_later(kept_file(settings.places), now()))


@app.command()
def clean(values: ValuesFile) -> None:
    """Stop everything and remove containers, mounts, folders and accounts of this installation."""
    settings = _read(values)
    with step("Arrêt"):
        Running(settings, values).stop()
    with step("Suppression"):
        machine.remove_machine(settings)


def _read(values: Path) -> Values:
    if os.geteuid() != 0:
        raise DatalabError("the launcher makes accounts and mounts: run it as root, or with sudo")
    return read_values(values)


def main() -> None:
    """Errors that are foreseen are said in one line each, without a traceback."""
    try:
        app()
    except (DatalabError, json.JSONDecodeError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"datalab: {error}")
