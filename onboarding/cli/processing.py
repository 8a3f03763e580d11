"""`datalab processing`: one purpose of a project, and the datasets that it asks for."""

from __future__ import annotations

from typing import Annotated

import typer

from onboarding.cli.given import sheet_values
from onboarding.cli.operating import AsJson, DryRun, How, Processing, Project, Reason, Sheet, operate
from onboarding.cli.shared import day_option
from onboarding.operations import processings

app = typer.Typer(help="Les traitements : proposer, changer, suspendre, demander des données.", no_args_is_help=True)
Dataset = Annotated[str, typer.Argument(help="Le jeu de données.")]


@app.command(help="Propose un traitement ; il compte une fois approuvé par la déléguée ou le délégué du responsable.")
def propose(
    context: typer.Context,
    project: Project,
    processing: Processing,
    sheet: Sheet,
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Values: name, purpose, recipient, legal_basis, controller, processors, period, profiles, services..."""
    values = sheet_values(sheet)
    operate(
        context,
        How(reason, as_json, dry_run),
        lambda office, actor: processings.propose_processing(office, actor, reason, project, processing, values),
    )


@app.command(help="Change un traitement ; ce qui a été approuvé ne compte plus avant une nouvelle approbation.")
def change(
    context: typer.Context,
    processing: Processing,
    sheet: Sheet,
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """The keys of the sheet replace those of the processing."""
    values = sheet_values(sheet)
    operate(
        context,
        How(reason, as_json, dry_run),
        lambda office, actor: processings.change_processing(office, actor, reason, processing, values),
    )


@app.command("register-sheet", help="Inscrit la référence de la fiche du registre des traitements (RGPD, art. 30).")
def register_sheet(
    context: typer.Context,
    processing: Processing,
    reference: Annotated[str, typer.Argument(help="La référence de la fiche.")],
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """A new proposal of the whole processing."""
    operate(
        context,
        How(reason, as_json, dry_run),
        lambda office, actor: processings.set_register_sheet(office, actor, reason, processing, reference),
    )


@app.command(help="Inscrit l'analyse d'impact (RGPD, art. 35), datée, avec l'avis de la déléguée ou du délégué.")
def assessment(
    context: typer.Context,
    processing: Processing,
    day: Annotated[str, typer.Option(help="Le jour de l'analyse, AAAA-MM-JJ.")],
    opinion: Annotated[str, typer.Option(help="L'avis de la déléguée ou du délégué à la protection des données.")],
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """A new proposal of the whole processing."""
    on = day_option(day).isoformat()
    operate(
        context,
        How(reason, as_json, dry_run),
        lambda office, actor: processings.set_impact_assessment(office, actor, reason, processing, on, opinion),
    )


@app.command(help="Suspend un traitement : plus rien n'ouvre, tout de suite.")
def suspend(
    context: typer.Context, processing: Processing, reason: Reason, as_json: AsJson = False, dry_run: DryRun = False
) -> None:
    """One person is enough."""
    how = How(reason, as_json, dry_run)
    operate(context, how, lambda office, actor: processings.suspend_processing(office, actor, reason, processing))


@app.command(help="Propose de lever la suspension d'un traitement ; une seconde personne l'approuve.")
def resume(
    context: typer.Context, processing: Processing, reason: Reason, as_json: AsJson = False, dry_run: DryRun = False
) -> None:
    """The lift counts once approved."""
    how = How(reason, as_json, dry_run)
    operate(context, how, lambda office, actor: processings.resume_processing(office, actor, reason, processing))


@app.command(help="Demande des parties d'un jeu de données, à la place de celles demandées jusqu'ici.")
def ask(
    context: typer.Context,
    processing: Processing,
    dataset: Dataset,
    parts: Annotated[list[str], typer.Argument(help="Les parties, l'une après l'autre.")],
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """The dataset's producer approves it, or an administrator."""
    operate(
        context,
        How(reason, as_json, dry_run),
        lambda office, actor: processings.ask_dataset(office, actor, reason, processing, dataset, parts),
    )


@app.command(help="Ne demande plus un jeu de données : il est fermé tout de suite.")
def drop(
    context: typer.Context,
    processing: Processing,
    dataset: Dataset,
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """One person is enough."""
    how = How(reason, as_json, dry_run)
    operate(context, how, lambda office, actor: processings.drop_dataset(office, actor, reason, processing, dataset))


@app.command(help="Demande le retour de fichiers d'un dossier scellé ; le producteur des données l'approuve.")
def requalify(
    context: typer.Context,
    processing: Processing,
    name: Annotated[str, typer.Argument(help="Le nom de la demande.")],
    sheet: Sheet,
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Values: person, home, parts, files, as `datalab spaces files --json` writes them."""
    values = sheet_values(sheet)
    operate(
        context,
        How(reason, as_json, dry_run),
        lambda office, actor: processings.request_requalification(office, actor, reason, processing, name, values),
    )
