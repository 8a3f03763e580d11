"""`datalab calendar`: every right that ends soon, what ends it, who can renew it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from onboarding.cli.shared import day_option, say, session
from onboarding.cli.tables import render_table
from onboarding.ground import read_ground
from onboarding.reports.everyone import accesses, ends_until
from policies.files import canonical_json
from policies.wording import say_count, say_day

HELP = """Liste les droits qui se terminent bientôt : leur dernier jour, ce qui y met fin, qui peut les renouveler.

Chaque droit est suivi avec tous les facteurs de connexion, comme si rien ne changeait que la date.
"""
COLUMNS = (
    "dernier jour", "personne", "traitement", "ce qui se termine", "règle", "article", "ce qui manquera",
    "qui peut le renouveler",
)  # fmt: skip


def calendar(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=0, max=3660, help="Sur combien de jours, à partir d'aujourd'hui.")] = 120,
    day: Annotated[str | None, typer.Option(help="Le premier jour, AAAA-MM-JJ ; aujourd'hui par défaut.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="La liste en JSON.")] = False,
) -> None:
    """Print each end."""
    here, first = session(context), day_option(day)
    ground = read_ground(here.places)
    named = accesses(ground.register)
    people = here.directory().people(dict.fromkeys(each.person for each in named))
    ends = ends_until(ground, people, first, first + timedelta(days=days))
    if as_json:
        say(canonical_json([{"last_day": last.isoformat(), **asdict(change)} for last, change in ends]).decode())
        return
    rows = [
        (say_day(last), each.person, each.processing, each.what, each.rules, each.article, each.lacks, each.helper)
        for last, each in ends
    ]
    if rows:
        say(render_table(COLUMNS, rows))
    ends_said = say_count(len(rows), "fin de droit", "fins de droit")
    say(f"{ends_said} en {say_count(days, 'jour')}, sur {len(named)} accès.")
