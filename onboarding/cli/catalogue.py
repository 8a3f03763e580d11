"""`datalab catalogue` and `datalab output`: the law on catalogue entries, and on what somebody wants to take out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onboarding.cli.shared import REFUSED, day_option, say, session
from onboarding.cli.tables import render_table
from onboarding.finding import find_person
from onboarding.ground import read_ground
from onboarding.reports.verdicts import COLUMNS, catalogue_rows, output_rows
from policies.access.approvals import Approvals
from policies.access.catalogue import judge_catalogue
from policies.access.facts import Subject
from policies.access.outputs import Output, decide_output
from policies.files import canonical_json, parse, read_yaml

CATALOGUE_HELP = """Dit ce que le droit demande à la fiche de catalogue de chaque jeu de données.

Code de sortie : 0 aucune contradiction, 1 une fiche contredit le droit, 3 source illisible.
"""
OUTPUT_HELP = """Dit si le droit laisse sortir un résultat, tel que sa fiche (YAML) le décrit.

Les sources sont les parties à côté desquelles il a été fait : le résultat est sous tous leurs secrets.
Code de sortie : 0 permis, 1 refusé, 2 commande mal écrite, 3 source illisible.
"""
Day = Annotated[str | None, typer.Option(help="Le jour, AAAA-MM-JJ, passé ou futur ; aujourd'hui par défaut.")]
Json = Annotated[bool, typer.Option("--json", help="Le verdict en JSON.")]


def catalogue(context: typer.Context, day: Day = None, as_json: Json = False) -> None:
    """Judge every entry."""
    ground = read_ground(session(context).places)
    verdicts = judge_catalogue(Approvals(ground.law, ground.keys), ground.register, day_option(day))
    if as_json:
        say(canonical_json({name: verdict.model_dump(mode="json") for name, verdict in verdicts.items()}).decode())
    else:
        say(render_table(COLUMNS, catalogue_rows(verdicts, ground.register, ground.law)))
    if not all(verdict.allowed for verdict in verdicts.values()):
        raise typer.Exit(REFUSED)


def output(
    context: typer.Context,
    record: Annotated[Path, typer.Argument(metavar="FICHE", help="La fiche du résultat.", exists=True, dir_okay=False)],
    processing: Annotated[str, typer.Option(help="Le traitement.")],
    source: Annotated[list[str], typer.Option(help="Une partie lue à côté, écrite jeu/partie ; à répéter.")],
    day: Day = None,
    as_json: Json = False,
) -> None:
    """Judge one output, for its author."""
    here = session(context)
    described = parse(Output, read_yaml(record), record.name)
    author = find_person(here.directory(), described.author)
    ground = read_ground(here.places)
    found = ground.processing(processing)
    # An output is judged for who made it, whatever they signed in with: nothing is opened to them.
    subject = Subject(ground.register, found, author, (), day_option(day), Approvals(ground.law, ground.keys))
    verdict = decide_output(subject, described, frozenset(source))
    if as_json:
        say(canonical_json(verdict.model_dump(mode="json")).decode())
    else:
        say(render_table(COLUMNS, output_rows(record.name, verdict, ground.register, ground.law, found)))
    if not verdict.allowed:
        raise typer.Exit(REFUSED)
