"""`datalab delivery`: a producer's files from a folder to versions that workspaces read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onboarding.cli import delivery_ends
from onboarding.cli.delivery_desk import Actor, Dry, Json, Name, Reason, answer, opened_desk
from onboarding.cli.delivery_words import COLUMNS, arrival_values, delivery_rows, delivery_values, report_lines
from onboarding.cli.shared import REFUSED, check_who_and_why, say, session
from onboarding.cli.tables import render_table
from onboarding.operations import check_delivery, confirm_delivery, receive_delivery
from onboarding.operations.deliveries import find_delivery

HELP = """Les livraisons des producteurs : reçues en quarantaine, contrôlées, confirmées, retirées.

Codes de sortie : 0 fait ou en ordre ; 1 refusé ou à corriger ; 2 commande mal écrite ; 3 source illisible.
"""
app = typer.Typer(help=HELP, no_args_is_help=True)


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
    with opened_desk(here) as desk:
        arrival = receive_delivery.look_at(desk, register, folder, dataset)
        name = arrival.begun.name if arrival.begun else None
        if not dry_run:
            confirm_delivery.clear(desk, register)
            name = receive_delivery.receive(desk, register, arrival, folder, actor, reason).name
    values = arrival_values(arrival, name, dry_run)
    parts = ", ".join(values["parts"])
    would = f"Recevrait {values['files']} fichier(s), {arrival.to_come} octets à copier"
    done = would if dry_run else f"Reçue : {name}"
    then = [] if dry_run else [f"Ensuite : datalab delivery check {name}"]
    answer(values, as_json, f"{done} ; jeu {dataset}, parties : {parts}", *then)


@app.command(help="Contrôle une livraison : logiciels malveillants, schéma, numéros et adresses que rien n'annonce.")
def check(
    context: typer.Context, name: Name, actor: Actor, reason: Reason, as_json: Json = False, dry_run: Dry = False
) -> None:
    """Examine it and keep the report; the exit code says whether it may be confirmed."""
    check_who_and_why(actor, reason)
    here = session(context)
    register = here.register()
    with opened_desk(here) as desk:
        held = find_delivery(desk, name)
        report = (
            check_delivery.examine(desk, register, held)
            if dry_run
            else check_delivery.check(desk, register, held, actor, reason)
        )
    values = report.model_dump(mode="json") | {"sound": report.sound, "dry_run": dry_run}
    answer(values, as_json, *report_lines(report))
    if not report.sound:
        raise typer.Exit(REFUSED)


app.command(help=delivery_ends.CONFIRM_HELP)(delivery_ends.confirm)
app.command(help=delivery_ends.WITHDRAW_HELP)(delivery_ends.withdraw)


@app.command("list", help="Les livraisons : en quarantaine, confirmées, retirées.")
def list_deliveries(context: typer.Context, as_json: Json = False) -> None:
    """One line for each delivery, those in the quarantine first."""
    here = session(context)
    register = here.register()
    with opened_desk(here) as desk:
        found = delivery_values(desk.quarantine.all(), register)
    if not as_json and not found:
        say("Aucune livraison.")
        return
    answer({"deliveries": found}, as_json, *([] if as_json else [render_table(COLUMNS, delivery_rows(found))]))
