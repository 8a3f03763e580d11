"""`datalab law`: read the law, see what is still to be confirmed, and what a change of it would change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onboarding.cli import law_diff
from onboarding.cli.shared import REFUSED, complain, say, session
from onboarding.cli.tables import render_table
from onboarding.reports.law_reference import render_reference
from onboarding.reports.unsigned import COLUMNS, claim_rows, claims_csv, unsigned_claims
from onboarding.schemas import render_schemas
from policies.engine.load import load_law
from policies.engine.model import Law
from policies.wording import say_count

app = typer.Typer(help="Le droit que ce Datalab applique : le lire, le confirmer, le comparer.", no_args_is_help=True)
Folder = Annotated[Path | None, typer.Option("--law", help="Un autre dossier du droit que celui de l'installation.")]
Write = Annotated[Path, typer.Option("--write", help="Le dossier où écrire.")]


app.command("diff", help=law_diff.HELP)(law_diff.diff)


def law_of(context: typer.Context, folder: Path | None) -> Law:
    """The law of a folder, else that of the installation."""
    return load_law(folder or session(context).places.law)


@app.command(help="Écrit les pages de référence du droit, en français.")
def reference(context: typer.Context, write: Write, law: Folder = None) -> None:
    """Write each page; what is there and is no page of the law is left alone, and told."""
    _write(write, render_reference(law_of(context, law)))


@app.command(help="Écrit les schémas JSON des fichiers du droit et du registre, pour les éditeurs.")
def schemas(write: Write) -> None:
    """Write each schema."""
    _write(write, dict(render_schemas()))


def _write(folder: Path, pages: dict[str, str]) -> None:
    for name, text in pages.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    say(f"{say_count(len(pages), 'fichier écrit', 'fichiers écrits')} dans {folder}")
    others = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    if strays := [name for name in others if name not in pages]:
        complain(f"Ces fichiers ne sont pas de ceux-là ; retirez-les : {', '.join(strays)}")
        raise typer.Exit(REFUSED)


@app.command(help="Liste ce qu'un délégué à la protection des données ou un juriste doit encore confirmer.")
def unsigned(
    context: typer.Context,
    law: Folder = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="En CSV, une ligne par chose à confirmer.")] = False,
) -> None:
    """Every rule, value, regime and reminder that nobody confirmed; the least sure first."""
    claims = unsigned_claims(law_of(context, law))
    if as_csv:
        say(claims_csv(claims).rstrip("\n"))
        return
    say(render_table(COLUMNS, claim_rows(claims)))
    say(f"{len(claims)} à confirmer.")
