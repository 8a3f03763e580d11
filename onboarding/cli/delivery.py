"""`datalab delivery`: a producer's files from a folder to versions that workspaces read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onboarding.cli import delivery_confirm, delivery_withdraw
from onboarding.cli.delivery_desk import Name, answer, opened_desk, operate_at_desk
from onboarding.cli.delivery_words import (
    COLUMNS,
    arrival_lines,
    arrival_values,
    delivery_rows,
    delivery_values,
    report_lines,
)
from onboarding.cli.operating import AsJson, DryRun, How, Reason
from onboarding.cli.shared import REFUSED, say, session
from onboarding.cli.tables import render_table
from onboarding.operations.check_delivery import check_delivery
from onboarding.operations.receive_delivery import receive_delivery

HELP = """Les livraisons des producteurs : reçues en quarantaine, contrôlées, confirmées, retirées.

Codes de sortie : 0 fait ou en ordre ; 1 refusé ou à corriger ; 2 commande mal écrite ; 3 source illisible.
"""
app = typer.Typer(help=HELP, no_args_is_help=True)


@app.command(help="Reçoit en quarantaine le dossier d'un producteur ; relancée, reprend là où elle s'est arrêtée.")
def receive(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Le dossier, avec son datapackage.json.")],
    dataset: Annotated[str, typer.Option(help="Le jeu de données.")],
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Look at the folder, then bring its files in."""
    how = How(reason, as_json, dry_run)
    arrival = operate_at_desk(
        context, how, lambda office, actor, desk: receive_delivery(office, actor, reason, desk, folder, dataset)
    )
    answer(arrival_values(arrival, dry_run), as_json, *arrival_lines(arrival, dry_run))


@app.command(help="Contrôle une livraison : logiciels malveillants, schéma, numéros et adresses que rien n'annonce.")
def check(context: typer.Context, name: Name, reason: Reason, as_json: AsJson = False, dry_run: DryRun = False) -> None:
    """Examine it and keep the report; the exit code says whether it may be confirmed."""
    how = How(reason, as_json, dry_run)
    report = operate_at_desk(
        context, how, lambda office, actor, desk: check_delivery(office, actor, reason, desk, name)
    )
    values = report.model_dump(mode="json") | {"sound": report.sound, "dry_run": dry_run}
    answer(values, as_json, *report_lines(report))
    if not report.sound:
        raise typer.Exit(REFUSED)


app.command(help=delivery_confirm.HELP)(delivery_confirm.confirm)
app.command(help=delivery_withdraw.HELP)(delivery_withdraw.withdraw)


@app.command("list", help="Les livraisons : en quarantaine, confirmées, retirées.")
def list_deliveries(context: typer.Context, as_json: AsJson = False) -> None:
    """One line for each delivery, those in the quarantine first."""
    here = session(context)
    register = here.register()
    with opened_desk(here) as desk:
        found = delivery_values(desk.quarantine.all(), register)
    if not as_json and not found:
        say("Aucune livraison.")
        return
    answer({"deliveries": found}, as_json, *([] if as_json else [render_table(COLUMNS, delivery_rows(found))]))
