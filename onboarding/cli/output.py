"""`datalab output`: whether the law lets an output leave, as its record describes it; and a record to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onboarding.cli.shared import REFUSED, day_option, say, session
from onboarding.cli.tables import render_table
from onboarding.finding import find_person
from onboarding.ground import read_ground
from onboarding.reports.output_example import render_example
from onboarding.reports.verdicts import COLUMNS, output_rows
from policies.access.approvals import Approvals
from policies.access.facts import Subject
from policies.access.outputs import Output, decide_output
from policies.files import canonical_json, parse, read_yaml

HELP = """Dit si le droit laisse sortir un résultat, tel que sa fiche (YAML) le décrit.

Les sources sont les parties à côté desquelles il a été fait : le résultat est sous tous leurs secrets.
La fiche : --example en écrit une, commentée ; son schéma est docs/schemas/output.schema.json.
Code de sortie : 0 permis, 1 refusé, 2 commande mal écrite, 3 source illisible.
"""


def say_example(context: typer.Context, asked: bool) -> None:
    """Print a record to begin with, whatever else the command line lacks."""
    if asked:
        say(render_example(read_ground(session(context).places).law).rstrip("\n"))
        raise typer.Exit


def output(
    context: typer.Context,
    record: Annotated[Path, typer.Argument(metavar="FICHE", help="La fiche du résultat.", exists=True, dir_okay=False)],
    processing: Annotated[str, typer.Option(help="Le traitement.")],
    source: Annotated[list[str], typer.Option(help="Une partie lue à côté, écrite jeu/partie ; à répéter.")],
    day: Annotated[
        str | None, typer.Option(help="Le jour, AAAA-MM-JJ, passé ou futur ; aujourd'hui par défaut.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Le verdict en JSON.")] = False,
    example: Annotated[
        bool,
        typer.Option("--example", is_eager=True, callback=say_example, help="Écrit une fiche commentée, à compléter."),
    ] = False,
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
