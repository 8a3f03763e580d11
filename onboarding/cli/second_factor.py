"""`datalab second-factor`: for whoever lost the device that gave their codes."""

from __future__ import annotations

from typing import Annotated

import typer

from onboarding.cli.shared import say, session
from onboarding.cli.signing_in import signing_in
from onboarding.finding import find_person
from onboarding.signin_client import reset_factor

app = typer.Typer(no_args_is_help=True)


@app.callback(help="Le second facteur : ce qu'un administrateur peut faire pour qui a perdu son appareil.")
def start() -> None:
    """Keep `reset` a command of its own, although it is the only one."""


@app.command(help="Retire le second facteur d'une personne, qui devra en enregistrer un autre.")
def reset(
    context: typer.Context,
    person: Annotated[
        str,
        typer.Argument(
            metavar="PERSONNE", help="La personne : son identifiant de connexion ou son identifiant opaque."
        ),
    ],
) -> None:
    """Say whose it is, then ask which administrator resets it: another person, with two factors."""
    here = session(context)
    found = find_person(here.directory(), person)
    say(f"Second facteur à réinitialiser : {found.name} ({found.organisation}, {found.id})")
    socket = here.places.socket("signin")
    signing_in(lambda typed: reset_factor(socket, typed, found.id))
    say(f"Réinitialisé : {found.id} n'a plus de second facteur, et peut en enregistrer un autre.")
