"""`datalab dataset`: what producers entrust to the datalab, part by part."""

from __future__ import annotations

from typing import Annotated

import typer

from onboarding.cli.given import sheet_values
from onboarding.cli.operating import AsJson, DryRun, How, Reason, Sheet, operate
from onboarding.operations import datasets

app = typer.Typer(help="Les jeux de données : décrire, qualifier, suspendre.", no_args_is_help=True)
Dataset = Annotated[str, typer.Argument(help="Le jeu de données.")]
Part = Annotated[str, typer.Argument(help="La partie.")]


@app.command(help="Inscrit un jeu de données au catalogue ; il compte une fois approuvé par son producteur.")
def create(
    context: typer.Context,
    dataset: Dataset,
    sheet: Sheet,
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Values: name, description, producer, contact, and what the catalogue says more."""
    how, values = How(reason, as_json, dry_run), sheet_values(sheet)
    operate(context, how, lambda office, actor: datasets.create_dataset(office, actor, reason, dataset, values))


@app.command(help="Change la fiche d'un jeu de données ; elle compte une fois approuvée de nouveau.")
def change(
    context: typer.Context,
    dataset: Dataset,
    sheet: Sheet,
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """The keys of the sheet replace those of the dataset."""
    how, values = How(reason, as_json, dry_run), sheet_values(sheet)
    operate(context, how, lambda office, actor: datasets.change_dataset(office, actor, reason, dataset, values))


@app.command(help="Décrit et qualifie une partie ; elle compte une fois approuvée par le producteur.")
def part(
    context: typer.Context,
    dataset: Dataset,
    part: Part,
    sheet: Sheet,
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Values: name, unit, regimes, columns, year, versions..."""
    how, values = How(reason, as_json, dry_run), sheet_values(sheet)
    operate(context, how, lambda office, actor: datasets.add_part(office, actor, reason, dataset, part, values))


@app.command(help="Suspend un jeu de données : plus personne ne le lit, tout de suite.")
def suspend(
    context: typer.Context, dataset: Dataset, reason: Reason, as_json: AsJson = False, dry_run: DryRun = False
) -> None:
    """One person is enough."""
    how = How(reason, as_json, dry_run)
    operate(context, how, lambda office, actor: datasets.suspend_dataset(office, actor, reason, dataset))


@app.command(help="Propose de lever la suspension d'un jeu de données ; une seconde personne l'approuve.")
def resume(
    context: typer.Context, dataset: Dataset, reason: Reason, as_json: AsJson = False, dry_run: DryRun = False
) -> None:
    """The lift counts once approved, by the producer or their data protection officer."""
    how = How(reason, as_json, dry_run)
    operate(context, how, lambda office, actor: datasets.resume_dataset(office, actor, reason, dataset))
