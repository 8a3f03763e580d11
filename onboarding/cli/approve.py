"""`datalab approve`: a second person looks at an entry, signs in anew, and approves it."""

from __future__ import annotations

from typing import Annotated

import typer

from onboarding.cli.answering import say_effects
from onboarding.cli.operating import approving, office_of
from onboarding.cli.shared import say, session
from onboarding.ground import read_approvals
from onboarding.operations.approve import approve, find_to_approve
from onboarding.tree import render_values
from policies.register.attested import plain
from policies.wording import say_day

HELP = """Approuve une entrée du registre, par exemple projects/aides/processings/aides-eval/team/p7f3k2.

L'identifiant, le mot de passe et le code s'il y en a un sont demandés à l'écran, jamais sur la ligne de commande.
"""


def approve_place(
    context: typer.Context,
    place: Annotated[str, typer.Argument(metavar="PLACE", help="La place de l'entrée dans le registre.")],
) -> None:
    """Show what is to be approved, then ask who approves it."""
    here = session(context)
    register = here.register()
    found = find_to_approve(register, place)
    say(render_values(plain(found.entry, exclude=found.entry.apart)))
    approval = approve(register, place, approving(here), here.writer(), read_approvals(here.places))
    say(f"Approuvé par {approval.person} le {say_day(approval.day)} : {place}")
    say_effects(*office_of(here).told(register, here.register(), [found.path]))
