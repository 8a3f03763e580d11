"""`datalab law`: read the law, see what is still to be confirmed, and what a change of it would change."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from onboarding.cli.shared import REFUSED, complain, day_option, say, session
from onboarding.cli.tables import render_table
from onboarding.ground import read_ground
from onboarding.reports.everyone import accesses, law_changes
from onboarding.reports.law_reference import render_reference
from onboarding.reports.unsigned import Claim, claims_csv, unsigned_claims
from onboarding.schemas import render_schemas
from policies.calendar import parse_day
from policies.engine.load import load_law
from policies.engine.model import Law
from policies.files import canonical_json
from policies.wording import say_count, say_day

app = typer.Typer(help="Le droit que ce Datalab applique : le lire, le confirmer, le comparer.", no_args_is_help=True)
Folder = Annotated[Path | None, typer.Option("--law", help="Un autre dossier du droit que celui de l'installation.")]
Write = Annotated[Path, typer.Option("--write", help="Le dossier où écrire.")]
CONFIDENCES = {
    "doctrine": "choix de la DINUM", "interpretation": "interprétation", "known": "connue", "read": "lue",
}  # fmt: skip


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
    columns = ("confiance", "quoi", "nom", "source", "article", "lu dans", "vérifié le")
    rows = [
        (CONFIDENCES[c.confidence], c.kind, c.name, c.source, c.article, c.seen_in, _checked(c)) for c in claims
    ]  # fmt: skip
    say(render_table(columns, rows))
    say(f"{len(claims)} à confirmer.")


def _checked(claim: Claim) -> str:
    """The day on which it was checked, as people read days; CSV keeps it as programs do."""
    return say_day(parse_day(claim.checked_on)) if claim.checked_on else ""


@app.command(help="Compare deux droits, ou deux jours : quelles décisions du registre changent, et par quelle règle.")
def diff(
    context: typer.Context,
    from_: Annotated[str | None, typer.Option("--from", help="Le jour d'avant, AAAA-MM-JJ.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Le jour d'après ; le même par défaut.")] = None,
    law: Annotated[Path | None, typer.Option("--law", help="Le dossier du droit d'après.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="La liste en JSON.")] = False,
) -> None:
    """Decide every access twice, and print what is not the same."""
    if to is None and law is None:
        raise typer.BadParameter("dites à quoi comparer : --to, --law, ou les deux")
    here, first = session(context), day_option(from_, "--from")
    before = read_ground(here.places)
    after = before.under(law) if law else before
    named = accesses(before.register)
    people = here.directory().people(dict.fromkeys(each.person for each in named))
    changes = list(law_changes(before, after, people, (first, day_option(to, "--to") if to else first)))
    if as_json:
        say(canonical_json([asdict(change) for change in changes]).decode())
        return
    columns = ("personne", "traitement", "quoi", "avant", "après", "règle", "article", "ce qui manque")
    rows = [(c.person, c.processing, c.what, c.before, c.after, c.rules, c.article, c.lacks) for c in changes]
    if rows:
        say(render_table(columns, rows))
    say(f"{say_count(len(rows), 'décision change', 'décisions changent')}, sur {len(named)} accès.")
