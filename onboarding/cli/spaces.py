"""`datalab spaces`: the homes of a person on a processing, and the fingerprints of the files of one."""

from __future__ import annotations

from typing import Annotated

import typer

from onboarding.cli.shared import say, session
from onboarding.finding import find_person
from onboarding.spaces import read_files, read_homes
from policies.files import canonical_json
from policies.names import WorkspaceName
from policies.wording import say_day

app = typer.Typer(help="Les dossiers personnels : à côté de quelles données, et quels fichiers.", no_args_is_help=True)
Person = Annotated[str, typer.Option(help="L'identifiant de la personne, ou son identifiant de connexion.")]
Processing = Annotated[str, typer.Option(help="Le traitement.")]


@app.command("list", help="Les dossiers personnels d'une personne sur un traitement, avec leurs étiquettes.")
def list_homes(context: typer.Context, person: Person, processing: Processing) -> None:
    """One line for each home: its number, since when, beside what."""
    homes = read_homes(session(context).places.state / "spaces", _name(context, person, processing))
    for home in homes:
        beside = ", ".join(sorted(home.label)) or "données ouvertes seulement"
        say(f"{home.id:>3}  depuis le {say_day(home.since)}, à côté de : {beside}")
    if not homes:
        say("Aucun dossier personnel : cette personne n'a encore rien ouvert sur ce traitement.")


@app.command(help="Les fichiers d'un dossier personnel et leurs empreintes, pour une requalification.")
def files(
    context: typer.Context,
    person: Person,
    processing: Processing,
    home: Annotated[str, typer.Option(help="Le numéro du dossier.")],
    json: Annotated[bool, typer.Option("--json", help="Tel que l'entrée d'une requalification l'écrit.")] = False,
) -> None:
    """One line for each file, or one object path -> SHA-256."""
    found = read_files(session(context).places.state / "spaces", _name(context, person, processing), home)
    if json:
        say(canonical_json({each.path: each.content for each in found}).decode())
        return
    for each in found:
        say(f"{each.content}  {each.size:>12}  {each.path}")


def _name(context: typer.Context, person: str, processing: str) -> WorkspaceName:
    return WorkspaceName(find_person(session(context).directory(), person).id, processing)
