"""`datalab project`: from its creation to its end."""

from __future__ import annotations

from typing import Annotated

import typer

from onboarding.cli.given import sheet_values
from onboarding.cli.operating import AsJson, DryRun, How, Project, Reason, Sheet, operate
from onboarding.cli.shared import day_option
from onboarding.operations import projects

app = typer.Typer(help="Les projets : créer, changer, suspendre, reprendre, clore.", no_args_is_help=True)


@app.command(help="Inscrit un projet au registre ; il compte une fois approuvé par la DINUM.")
def create(
    context: typer.Context,
    project: Project,
    sheet: Sheet,
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Values: name, carrier, kinds, origin, period, contact, funding."""
    values = sheet_values(sheet)
    how = How(reason, as_json, dry_run)
    operate(context, how, lambda office, actor: projects.create_project(office, actor, reason, project, values))


@app.command(help="Change un projet ; ce qui a été approuvé ne compte plus avant une nouvelle approbation.")
def change(
    context: typer.Context,
    project: Project,
    sheet: Sheet,
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """The keys of the sheet replace those of the project."""
    values = sheet_values(sheet)
    how = How(reason, as_json, dry_run)
    operate(context, how, lambda office, actor: projects.change_project(office, actor, reason, project, values))


@app.command(help="Suspend un projet : plus rien n'ouvre, tout de suite.")
def suspend(
    context: typer.Context, project: Project, reason: Reason, as_json: AsJson = False, dry_run: DryRun = False
) -> None:
    """One person is enough."""
    how = How(reason, as_json, dry_run)
    operate(context, how, lambda office, actor: projects.suspend_project(office, actor, reason, project))


@app.command(help="Propose de lever la suspension d'un projet ; une seconde personne l'approuve.")
def resume(
    context: typer.Context, project: Project, reason: Reason, as_json: AsJson = False, dry_run: DryRun = False
) -> None:
    """The lift counts once approved."""
    how = How(reason, as_json, dry_run)
    operate(context, how, lambda office, actor: projects.resume_project(office, actor, reason, project))


@app.command(help="Clôt un projet : les accès prennent fin tout de suite.")
def close(
    context: typer.Context, project: Project, reason: Reason, as_json: AsJson = False, dry_run: DryRun = False
) -> None:
    """Its last day was yesterday."""
    how = How(reason, as_json, dry_run)
    operate(context, how, lambda office, actor: projects.close_project(office, actor, reason, project))


@app.command(help="Inscrit ou remplace un jalon du projet.")
def milestone(
    context: typer.Context,
    project: Project,
    number: Annotated[int, typer.Argument(min=1, help="Le numéro du jalon.")],
    day: Annotated[str, typer.Option(help="Le jour de la revue, AAAA-MM-JJ.")],
    name: Annotated[str, typer.Option(help="Ce qui est passé en revue.")],
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """A review with DINUM opens nothing by itself."""
    on = day_option(day).isoformat()
    how = How(reason, as_json, dry_run)
    operate(
        context, how, lambda office, actor: projects.set_milestone(office, actor, reason, project, number, on, name)
    )
