"""`datalab delivery`: a producer's files from a folder to versions that workspaces read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from onboarding.cli.delivery_words import (
    COLUMNS,
    arrival_values,
    confirmation_values,
    delivery_rows,
    delivery_values,
    report_lines,
    withdrawal_values,
)
from onboarding.cli.progress import bar
from onboarding.cli.shared import REFUSED, Session, check_who_and_why, day_option, say, session
from onboarding.cli.signing_in import signing_in
from onboarding.cli.tables import render_table
from onboarding.deliveries.settings import DeliverySettings
from onboarding.ground import read_approvals
from onboarding.operations import check_delivery, confirm_delivery, deliveries, withdraw_delivery
from onboarding.signin_client import ask_approval
from policies.calendar import now
from policies.files import canonical_json

HELP = """Les livraisons des producteurs : reçues en quarantaine, contrôlées, confirmées, retirées.

Codes de sortie : 0 fait ou en ordre ; 1 refusé ou à corriger ; 2 commande mal écrite ; 3 source illisible.
"""
app = typer.Typer(help=HELP, no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Le nom de la livraison, par exemple l20260503-101500.")]
Actor = Annotated[str, typer.Option(help="L'identifiant opaque de la personne qui agit.")]
Reason = Annotated[str, typer.Option(help="Pourquoi ; conservé dans le journal.")]
Json = Annotated[bool, typer.Option("--json", help="La réponse en JSON.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Dire ce qui serait fait, sans rien changer.")]


@contextmanager
def _desk(here: Session) -> Iterator[deliveries.Desk]:
    settings = here.values.section(DeliverySettings)
    with bar() as progress:
        yield deliveries.desk_of(here.places, settings, here.journal(), now, progress)


def _answer(values: dict[str, Any], as_json: bool, *lines: str) -> None:
    for line in [canonical_json(values).decode()] if as_json else lines:
        say(line)


@app.command(help="Reçoit en quarantaine le dossier d'un producteur ; relancée, reprend là où elle s'est arrêtée.")
def receive(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Le dossier, avec son datapackage.json.")],
    dataset: Annotated[str, typer.Option(help="Le jeu de données.")],
    actor: Actor,
    reason: Reason,
    as_json: Json = False,
    dry_run: Dry = False,
) -> None:
    """Look at the folder, then bring its files in."""
    check_who_and_why(actor, reason)
    here = session(context)
    register = here.register()
    with _desk(here) as desk:
        arrival = deliveries.look_at(desk, register, folder, dataset)
        name = arrival.begun.name if arrival.begun else None
        if not dry_run:
            confirm_delivery.clear(desk, register)
            name = deliveries.receive(desk, register, arrival, folder, actor, reason).name
    values = arrival_values(arrival, name, dry_run)
    parts = ", ".join(values["parts"])
    would = f"Recevrait {values['files']} fichier(s), {arrival.to_come} octets à copier"
    done = would if dry_run else f"Reçue : {name}"
    then = [] if dry_run else [f"Ensuite : datalab delivery check {name}"]
    _answer(values, as_json, f"{done} ; jeu {dataset}, parties : {parts}", *then)


@app.command(help="Contrôle une livraison : logiciels malveillants, schéma, numéros et adresses que rien n'annonce.")
def check(
    context: typer.Context, name: Name, actor: Actor, reason: Reason, as_json: Json = False, dry_run: Dry = False
) -> None:
    """Examine it and keep the report; the exit code says whether it may be confirmed."""
    check_who_and_why(actor, reason)
    here = session(context)
    register = here.register()
    with _desk(here) as desk:
        held = deliveries.find_delivery(desk, name)
        report = (
            check_delivery.examine(desk, register, held)
            if dry_run
            else check_delivery.check(desk, register, held, actor, reason)
        )
    values = report.model_dump(mode="json") | {"sound": report.sound, "dry_run": dry_run}
    _answer(values, as_json, *report_lines(report))
    if not report.sound:
        raise typer.Exit(REFUSED)


@app.command(help="Le producteur confirme une livraison contrôlée : toutes ses parties se lisent ensemble, ou aucune.")
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
    with _desk(here) as desk:
        if confirm_delivery.is_confirmed(register, name):
            if not dry_run:
                confirm_delivery.clear(desk, register)
            _answer({"delivery": name, "confirmed": True}, as_json, f"{name} est déjà confirmée.")
            return
        found = confirm_delivery.find_to_confirm(desk, register, name, from_)
    values = confirmation_values(found, register)
    if not as_json:
        for line in report_lines(found.report):
            say(line)
    by = None if dry_run else _confirmed(here, found)
    said = "Serait lue" if dry_run else f"Confirmée par {by}, lue"
    readers = ", ".join(values["readers"]) or "aucun"
    _answer(
        values | {"confirmed": not dry_run, "by": by, "dry_run": dry_run},
        as_json,
        f"{said} dès le {found.delivery.day:%d/%m/%Y}, à la prochaine ouverture, par les traitements : {readers}",
    )


def _confirmed(here: Session, found: confirm_delivery.ToConfirm) -> str:
    socket = here.places.socket("signin")
    approvals = read_approvals(here.places)
    with _desk(here) as desk:
        return confirm_delivery.confirm(
            desk,
            here.register(),
            found,
            lambda fingerprint: signing_in(lambda typed: ask_approval(socket, typed, fingerprint)),
            approvals,
            here.writer(),
        )


@app.command(help="Retire une version : les espaces qui la lisent s'arrêtent. En quarantaine, détruit la livraison.")
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
    with _desk(here) as desk:
        if not dry_run:
            confirm_delivery.clear(desk, register)
        if desk.quarantine.find(name) is not None and not confirm_delivery.is_confirmed(register, name):
            if not dry_run:
                withdraw_delivery.discard(desk, register, name, actor, reason)
            said = "Serait détruite" if dry_run else "Détruite"
            _answer({"delivery": name, "destroyed": not dry_run, "dry_run": dry_run}, as_json, f"{said} : {name}")
            return
        of, parts = withdraw_delivery.find_to_withdraw(register, name, dataset)
        if not dry_run:
            withdraw_delivery.withdraw(desk, register, name, of, actor, reason, here.writer())
    values = withdrawal_values(register, name, of, parts)
    said = "Serait retirée" if dry_run else "Retirée"
    readers = ", ".join(values["readers"]) or "aucun"
    _answer(
        values | {"dry_run": dry_run},
        as_json,
        f"{said} : {name} de {of} ({', '.join(parts)}) ; les espaces qui la lisent s'arrêtent. Traitements : {readers}",
    )


@app.command("list", help="Les livraisons : en quarantaine, confirmées, retirées.")
def list_deliveries(context: typer.Context, as_json: Json = False) -> None:
    """One line for each delivery, those in the quarantine first."""
    here = session(context)
    register = here.register()
    with _desk(here) as desk:
        found = delivery_values(desk.quarantine.all(), register)
    if not as_json and not found:
        say("Aucune livraison.")
        return
    _answer({"deliveries": found}, as_json, *([] if as_json else [render_table(COLUMNS, delivery_rows(found))]))
