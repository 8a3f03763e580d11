"""`datalab mission`: the time-boxed support of a DINUM expert."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from onboarding.cli.given import period, person_id, sheet_values
from onboarding.cli.operating import AsJson, DryRun, How, Processing, Reason, Since, Until, operate
from onboarding.operations import teams

app = typer.Typer(help="Les missions d'appui de la DINUM : accorder, mettre fin.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Le nom de la mission.")]


@app.command(help="Accorde une mission ; elle compte une fois approuvée par le projet, et ne se prolonge pas.")
def agree(
    context: typer.Context,
    processing: Processing,
    name: Name,
    person: Annotated[str, typer.Option(help="L'expert : son identifiant de connexion ou son identifiant opaque.")],
    skill: Annotated[str, typer.Option(help="data_science, data_engineering, data_governance, data_visualisation.")],
    letter: Annotated[str, typer.Option(help="La référence de la lettre de mission.")],
    since: Since,
    until: Until,
    reason: Reason,
    sheet: Annotated[
        Path | None, typer.Option("--from", help="Un fichier YAML : ce que la lettre ouvre de plus (widened).")
    ] = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """A longer mission is another one."""
    how = How(reason, as_json, dry_run)
    values: dict[str, Any] = {} if sheet is None else sheet_values(sheet)
    values |= {"person": person_id(context, person), "skill": skill, "letter": letter, "period": period(since, until)}
    operate(context, how, lambda office, actor: teams.agree_mission(office, actor, reason, processing, name, values))


@app.command(help="Met fin à une mission : l'expert n'entre plus, tout de suite.")
def end(
    context: typer.Context,
    processing: Processing,
    name: Name,
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """One person is enough."""
    how = How(reason, as_json, dry_run)
    operate(context, how, lambda office, actor: teams.end_mission(office, actor, reason, processing, name))
