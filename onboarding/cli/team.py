"""`datalab team`: who works on a processing, and who is suspended."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onboarding.cli.given import period, person_id
from onboarding.cli.operating import AsJson, DryRun, How, Person, Processing, Reason, Since, Until, operate
from onboarding.cli.shared import day_option
from onboarding.operations import teams

app = typer.Typer(help="Les personnes : habiliter, engager, faire sortir, suspendre.", no_args_is_help=True)


@app.command(help="Habilite une personne sur un traitement ; l'habilitation compte une fois approuvée.")
def invite(
    context: typer.Context,
    processing: Processing,
    person: Person,
    since: Since,
    until: Until,
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Somebody whom the register does not know enters it."""
    how, days, who = How(reason, as_json, dry_run), period(since, until), person_id(context, person)
    operate(context, how, lambda office, actor: teams.invite(office, actor, reason, processing, who, days))


@app.command(help="Met fin à l'habilitation d'une personne : elle n'ouvre plus ce traitement, tout de suite.")
def end(
    context: typer.Context,
    processing: Processing,
    person: Person,
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """One person is enough."""
    how, who = How(reason, as_json, dry_run), person_id(context, person)
    operate(context, how, lambda office, actor: teams.end_habilitation(office, actor, reason, processing, who))


@app.command(help="Inscrit l'engagement de confidentialité qu'une personne a signé, avec son fichier.")
def commitment(
    context: typer.Context,
    processing: Processing,
    person: Person,
    day: Annotated[str, typer.Option(help="Le jour de la signature, AAAA-MM-JJ.")],
    file: Annotated[Path, typer.Option(help="Le document signé.")],
    reason: Reason,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """An administrator approves it."""
    how, on, who = How(reason, as_json, dry_run), day_option(day).isoformat(), person_id(context, person)
    operate(
        context,
        how,
        lambda office, actor: teams.record_commitment(office, actor, reason, processing, who, on, file),
    )


@app.command(help="Suspend une personne : elle n'ouvre plus rien, tout de suite.")
def suspend(
    context: typer.Context, person: Person, reason: Reason, as_json: AsJson = False, dry_run: DryRun = False
) -> None:
    """One person is enough."""
    how, who = How(reason, as_json, dry_run), person_id(context, person)
    operate(context, how, lambda office, actor: teams.suspend_person(office, actor, reason, who))


@app.command(help="Propose de lever la suspension d'une personne ; une seconde personne l'approuve.")
def resume(
    context: typer.Context, person: Person, reason: Reason, as_json: AsJson = False, dry_run: DryRun = False
) -> None:
    """The lift counts once approved, and not by the one who is concerned."""
    how, who = How(reason, as_json, dry_run), person_id(context, person)
    operate(context, how, lambda office, actor: teams.resume_person(office, actor, reason, who))
