"""`datalab delivery confirm` and `withdraw`: what makes a delivery readable, and what ends it."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import Annotated

import typer

from onboarding.cli.delivery_desk import Actor, Dry, Json, Name, Reason, answer, opened_desk
from onboarding.cli.delivery_words import confirmation_values, report_lines, withdrawal_values
from onboarding.cli.shared import Session, check_who_and_why, day_option, say, session
from onboarding.cli.signing_in import signing_in
from onboarding.ground import read_approvals
from onboarding.operations import confirm_delivery, withdraw_delivery
from onboarding.signin_client import ask_approval

CONFIRM_HELP = "Le producteur confirme une livraison contrôlée : toutes ses parties se lisent ensemble, ou aucune."
WITHDRAW_HELP = "Retire une version : les espaces qui la lisent s'arrêtent. En quarantaine, détruit la livraison."


def confirm(
    context: typer.Context,
    name: Name,
    day: Annotated[str | None, typer.Option(help="Le jour dès lequel elle se lit, AAAA-MM-JJ ; aujourd'hui.")] = None,
    as_json: Json = False,
    dry_run: Dry = False,
) -> None:
    """Show what is to be confirmed, then ask who confirms it."""
    here, from_ = session(context), day_option(day) if day else None
    register = here.register()
    with opened_desk(here) as desk:
        if confirm_delivery.is_confirmed(register, name):
            if not dry_run:
                confirm_delivery.clear(desk, register)
            answer({"delivery": name, "confirmed": True}, as_json, f"{name} est déjà confirmée.")
            return
        found = confirm_delivery.find_to_confirm(desk, register, name, from_)
    values = confirmation_values(found, register)
    if not as_json:
        for line in report_lines(found.report):
            say(line)
    by = None if dry_run else _confirmed(here, found)
    said = "Serait lue" if dry_run else f"Confirmée par {by}, lue"
    readers = ", ".join(values["readers"]) or "aucun"
    answer(
        values | {"confirmed": not dry_run, "by": by, "dry_run": dry_run},
        as_json,
        f"{said} dès le {found.delivery.day:%d/%m/%Y}, à la prochaine ouverture, par les traitements : {readers}",
    )


def _confirmed(here: Session, found: confirm_delivery.ToConfirm) -> str:
    socket = here.places.socket("signin")
    approvals = read_approvals(here.places)
    # what is asked is no part of the answer, which a program may read
    with opened_desk(here) as desk, redirect_stdout(sys.stderr):
        return confirm_delivery.confirm(
            desk,
            here.register(),
            found,
            lambda fingerprint: signing_in(lambda typed: ask_approval(socket, typed, fingerprint)),
            approvals,
            here.writer(),
        )


def withdraw(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Le nom de la livraison ou de la version.")],
    actor: Actor,
    reason: Reason,
    dataset: Annotated[str | None, typer.Option(help="Le jeu, quand plusieurs ont une version de ce nom.")] = None,
    as_json: Json = False,
    dry_run: Dry = False,
) -> None:
    """Withdraw what the register names; destroy what waits in the quarantine."""
    check_who_and_why(actor, reason)
    here = session(context)
    register = here.register()
    with opened_desk(here) as desk:
        if not dry_run:
            confirm_delivery.clear(desk, register)
        if desk.quarantine.find(name) is not None and not confirm_delivery.is_confirmed(register, name):
            if not dry_run:
                withdraw_delivery.discard(desk, register, name, actor, reason)
            said = "Serait détruite" if dry_run else "Détruite"
            answer({"delivery": name, "destroyed": not dry_run, "dry_run": dry_run}, as_json, f"{said} : {name}")
            return
        of, parts = withdraw_delivery.find_to_withdraw(register, name, dataset)
        if not dry_run:
            withdraw_delivery.withdraw(desk, register, name, of, actor, reason, here.writer())
    values = withdrawal_values(register, name, of, parts)
    said = "Serait retirée" if dry_run else "Retirée"
    readers = ", ".join(values["readers"]) or "aucun"
    answer(
        values | {"dry_run": dry_run},
        as_json,
        f"{said} : {name} de {of} ({', '.join(parts)}) ; les espaces qui la lisent s'arrêtent. Traitements : {readers}",
    )
