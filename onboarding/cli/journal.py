"""`datalab journal`: anyone with the files can verify that nothing was changed or taken away."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from onboarding.cli.shared import REFUSED, say, session
from policies.errors import UnavailableError
from policies.journal.verify import Report, verify

app = typer.Typer(no_args_is_help=True)


@app.callback(help="Le journal : une chaîne par compte, vérifiable par tous.")
def start() -> None:
    """Keep `verify` a command of its own, although it is the only one."""


@app.command("verify", help="Vérifie la chaîne d'un compte, ou toutes.")
def verify_chains(
    context: typer.Context,
    account: Annotated[str | None, typer.Argument(help="Le compte ; tous par défaut.")] = None,
) -> None:
    """Walk through each chain; exit code 1 when one does not hold."""
    reports = [verify(folder) for folder in _chains(session(context).places.journal(""), account)]
    for report in reports:
        _say_report(report)
    if not all(report.sound for report in reports):
        raise typer.Exit(REFUSED)


def _chains(journal: Path, account: str | None) -> Iterable[Path]:
    if account is not None and "/" in account:
        raise typer.BadParameter("un compte n'a pas de barre oblique")
    if account is not None:
        return [journal / account]
    try:
        found = sorted(path for path in journal.iterdir() if path.is_dir() and any(path.iterdir()))
    except OSError as error:
        raise UnavailableError(f"{journal}: the journal cannot be read: {error.strerror}") from None
    if not found:
        raise UnavailableError(f"{journal}: no chain; nothing was journaled yet")
    return found


def _say_report(report: Report) -> None:
    if report.flaw is not None:
        say(f"{report.account} : ROMPUE à la ligne {report.flaw.line} ({report.flaw.kind}) : {report.flaw.message}")
        return
    say(f"{report.account} : {report.entries} lignes, chaîne intacte ; tête {report.head.fingerprint}")
    if report.purged:
        say(f"  {report.purged} contenus effacés à leur échéance, effacements annoncés dans la chaîne")
    if report.strays:
        say(f"  {report.strays} contenus sans ligne : une coupure, ou une fin de chaîne retirée")
