"""`datalab title`: the documents that open an access."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from onboarding.cli.given import period, person_id, sheet_values
from onboarding.cli.operating import AsJson, DryRun, How, Processing, Reason, Since, operate
from onboarding.operations import titles

app = typer.Typer(help="Les titres d'accès : proposer avec leur fichier, mettre fin.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Le nom du titre.")]


@app.command(help="Propose un titre avec son fichier ; il compte une fois approuvé.")
def propose(
    context: typer.Context,
    processing: Processing,
    name: Name,
    file: Annotated[Path, typer.Option(help="Le document signé.")],
    kind: Annotated[str, typer.Option(help="La nature du titre, par exemple accord_producteur.")],
    number: Annotated[str, typer.Option(help="Le numéro du document.")],
    issuer: Annotated[str, typer.Option(help="Qui l'a délivré.")],
    since: Since,
    reason: Reason,
    until: Annotated[str | None, typer.Option(help="Le dernier jour, AAAA-MM-JJ, compris ; sans fin sinon.")] = None,
    person: Annotated[list[str] | None, typer.Option(help="Une personne nommée ; répétable.")] = None,
    part: Annotated[list[str] | None, typer.Option(help="Une partie nommée, jeu/partie ; répétable.")] = None,
    sheet: Annotated[
        Path | None, typer.Option("--from", help="Un fichier YAML : ce que le document nomme encore.")
    ] = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """The sheet gives what is rarer: article, method, recipients, purposes, pairs, years."""
    how = How(reason, as_json, dry_run)
    values: dict[str, Any] = {} if sheet is None else sheet_values(sheet)
    values |= {"kind": kind, "number": number, "issuer": issuer, "period": period(since, until)}
    if person:
        values["people"] = [person_id(context, each) for each in person]
    if part:
        values["parts"] = part
    operate(
        context, how, lambda office, actor: titles.propose_title(office, actor, reason, processing, name, values, file)
    )


@app.command(help="Met fin à un titre : il n'ouvre plus rien, tout de suite.")
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
    operate(context, how, lambda office, actor: titles.end_title(office, actor, reason, processing, name))
