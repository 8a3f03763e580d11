"""`datalab catalogue`: what the law asks of the entry of each dataset."""

from __future__ import annotations

from typing import Annotated

import typer

from onboarding.cli.shared import REFUSED, day_option, say, session
from onboarding.cli.tables import render_table
from onboarding.ground import read_ground
from onboarding.reports.verdicts import COLUMNS, catalogue_rows
from policies.access.approvals import Approvals
from policies.access.catalogue import judge_catalogue
from policies.files import canonical_json

HELP = """Dit ce que le droit demande à la fiche de catalogue de chaque jeu de données.

Code de sortie : 0 aucune contradiction, 1 une fiche contredit le droit, 3 source illisible.
"""


def catalogue(
    context: typer.Context,
    day: Annotated[
        str | None, typer.Option(help="Le jour, AAAA-MM-JJ, passé ou futur ; aujourd'hui par défaut.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Le verdict en JSON.")] = False,
) -> None:
    """Judge every entry."""
    ground = read_ground(session(context).places)
    verdicts = judge_catalogue(Approvals(ground.law, ground.keys), ground.register, day_option(day))
    if as_json:
        say(canonical_json({name: verdict.model_dump(mode="json") for name, verdict in verdicts.items()}).decode())
    else:
        say(render_table(COLUMNS, catalogue_rows(verdicts, ground.register, ground.law)))
    if not all(verdict.allowed for verdict in verdicts.values()):
        raise typer.Exit(REFUSED)
