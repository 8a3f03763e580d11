"""`datalab delivery confirm`: what makes a delivery readable, for all its parts at once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from onboarding.cli.answering import say_effects
from onboarding.cli.delivery_desk import Name, answer, opened_desk
from onboarding.cli.delivery_words import confirmation_line, confirmation_values, report_lines
from onboarding.cli.operating import AsJson, DryRun, approving, office_of
from onboarding.cli.shared import day_option, say, session
from onboarding.ground import read_approvals
from onboarding.operations.confirm_delivery import confirm_delivery
from onboarding.operations.confirmable import find_to_confirm
from onboarding.operations.deliveries import clear, is_confirmed

HELP = "Le producteur confirme une livraison contrôlée : toutes ses parties se lisent ensemble, ou aucune."


def confirm(
    context: typer.Context,
    name: Name,
    day: Annotated[str | None, typer.Option(help="Le jour dès lequel elle se lit, AAAA-MM-JJ ; aujourd'hui.")] = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Show what is to be confirmed, then ask who confirms it."""
    here, from_ = session(context), day_option(day) if day else None
    register = here.register()
    with opened_desk(here) as desk:
        if is_confirmed(register, name):
            if not dry_run:
                clear(desk, register)
            answer({"delivery": name, "confirmed": True}, as_json, f"{name} est déjà confirmée.")
            return
        found = find_to_confirm(desk, register, name, from_)
    for line in report_lines(found.report) if not as_json else ():
        say(line)
    values = confirmation_values(found, register)
    if dry_run:
        answer(values | {"confirmed": False, "by": None, "dry_run": True}, as_json, confirmation_line(values, None))
        return
    with opened_desk(here) as desk:
        approvals = read_approvals(here.places)
        by = confirm_delivery(desk, here.register(), found, approving(here), approvals, here.writer())
    effects, unsaid = office_of(here).told(register, here.register(), [found.path])
    told = {"confirmed": True, "by": by, "dry_run": False, "effects": list(map(asdict, effects)), "unsaid": unsaid}
    answer(values | told, as_json, confirmation_line(values, by))
    if not as_json:
        say_effects(effects, unsaid)
