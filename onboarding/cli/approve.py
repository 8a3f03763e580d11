"""`datalab approve`: a second person looks at an entry, signs in anew, and approves it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from onboarding.cli.shared import say, session
from onboarding.operations.approve import approve, find_to_approve
from onboarding.signin_client import ask_approval
from onboarding.tree import render_values
from policies.register.attested import Approval, plain

HELP = """Approuve une entrée du registre, par exemple projects/aides/processings/aides-eval/team/p7f3k2.

L'identifiant et le mot de passe sont demandés à l'écran, jamais sur la ligne de commande.
"""


def approve_place(
    context: typer.Context,
    place: Annotated[str, typer.Argument(help="La place de l'entrée dans le registre.")],
) -> None:
    """Show what is to be approved, then ask who approves it."""
    here = session(context)
    register = here.register()
    found = find_to_approve(register, place)
    say(render_values(plain(found.entry, exclude=found.entry.apart)))
    approval = approve(register, place, partial(_ask, here.places.socket("signin")), here.writer())
    say(f"Approuvé par {approval.person} le {approval.day:%d/%m/%Y} : {place}")


def _ask(socket: Path, fingerprint: str) -> Approval:
    login = typer.prompt("Identifiant")
    password = typer.prompt("Mot de passe", hide_input=True)
    return ask_approval(socket, login, password, fingerprint)
