"""`datalab law diff`: which decisions of the register change from one day, or one law, to another."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from onboarding.cli.shared import day_option, say, session
from onboarding.cli.tables import render_table
from onboarding.ground import read_ground
from onboarding.reports.everyone import accesses, law_changes
from policies.files import canonical_json
from policies.wording import say_count

HELP = "Compare deux droits, ou deux jours : quelles décisions du registre changent, et par quelle règle."


def diff(
    context: typer.Context,
    from_: Annotated[str | None, typer.Option("--from", help="Le jour d'avant, AAAA-MM-JJ.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Le jour d'après ; le même par défaut.")] = None,
    law: Annotated[Path | None, typer.Option("--law", help="Le dossier du droit d'après.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="La liste en JSON.")] = False,
) -> None:
    """Decide every access twice, and print what is not the same."""
    if to is None and law is None:
        raise typer.BadParameter("dites à quoi comparer : --to, --law, ou les deux")
    here, first = session(context), day_option(from_, "--from")
    before = read_ground(here.places)
    after = before.under(law) if law else before
    named = accesses(before.register)
    people = here.directory().people(dict.fromkeys(each.person for each in named))
    changes = list(law_changes(before, after, people, (first, day_option(to, "--to") if to else first)))
    if as_json:
        say(canonical_json([asdict(change) for change in changes]).decode())
        return
    columns = ("personne", "traitement", "quoi", "avant", "après", "règle", "article", "ce qui manque")
    rows = [(c.person, c.processing, c.what, c.before, c.after, c.rules, c.article, c.lacks) for c in changes]
    if rows:
        say(render_table(columns, rows))
    say(f"{say_count(len(rows), 'décision change', 'décisions changent')}, sur {len(named)} accès.")
