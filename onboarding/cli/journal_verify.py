"""`datalab journal verify`: chains, contents, terms, checkpoints, the witness; what is proven, and what is not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onboarding.cli.shared import REFUSED, Session, complain, say, session
from onboarding.keeper.audit import Known, audit
from onboarding.keeper.settings import JournalSettings
from onboarding.keeper.terms import Terms
from onboarding.reports.proven import audit_lines
from policies.calendar import now
from policies.engine.follow import LawFollower
from policies.errors import DatalabError, UnavailableError
from policies.journal.term import Months
from policies.proofs.keys import read_public_keys

HELP = "Vérifie chaînes, contenus, termes et points de contrôle, et dit ce qui est prouvé."


def verify_journal(
    context: typer.Context,
    account: Annotated[str | None, typer.Argument(metavar="COMPTE", help="Le compte ; tous par défaut.")] = None,
    witness: Annotated[Path | None, typer.Option(help="Le dossier de la copie que le témoin a gardée.")] = None,
) -> None:
    """Walk through everything; exit code 1 when something does not hold."""
    here = session(context)
    if account is not None and "/" in account:
        raise typer.BadParameter("un compte n'a pas de barre oblique")
    settings = here.values.section(JournalSettings)
    keys = read_public_keys(here.places.keys)
    known = Known(keys, _months(here), now(), witness or settings.witness_folder)
    journal = here.places.journal("")
    if account is not None and not (journal / account).is_dir():
        raise UnavailableError(f"{journal / account} : cette chaîne n'existe pas")
    found = audit(journal, known, account)
    for line in audit_lines(found, settings.witness):
        say(line)
    if not found.sound:
        raise typer.Exit(REFUSED)


def _months(here: Session) -> Months | None:
    try:
        return Terms(LawFollower(here.places.law).current()).months
    except DatalabError:
        complain("Le droit est illisible : les termes des effacements ne sont pas vérifiés.")
        return None
