"""`datalab explain`: what a person may open, on which ground, until when; what is refused, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from onboarding.cli.shared import REFUSED, complain, say, session
from onboarding.explaining import decide_now, only_part
from onboarding.finding import find_person
from policies.calendar import parse_day, today
from policies.explain.sentences import decision_lines

HELP = """Explique ce qu'une personne peut ouvrir sur un traitement : ce qui est permis ou refusé, et pourquoi.

Code de sortie : 0 permis, 1 refusé, 2 commande mal écrite, 3 source illisible.
"""


def explain(
    context: typer.Context,
    person: Annotated[str, typer.Option(help="La personne : son identifiant de connexion ou son numéro opaque.")],
    processing: Annotated[str, typer.Option(help="Le traitement.")],
    part: Annotated[str | None, typer.Option(help="Une seule partie, écrite jeu/partie.")] = None,
    day: Annotated[str | None, typer.Option(help="Le jour, AAAA-MM-JJ ; aujourd'hui par défaut.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="La décision en JSON.")] = False,
) -> None:
    """Decide as hub and guard do, and say the decision."""
    here = session(context)
    try:
        on = parse_day(day) if day else today()
    except ValueError:
        raise typer.BadParameter(f"{day} n'est pas une date ; écrivez AAAA-MM-JJ", param_hint="--day") from None
    found = find_person(here.directory(), person)
    made = decide_now(here.places, found, processing, on)
    shown = only_part(made.decision, part) if part and made.decision.allowed else made.decision
    if shown is None:
        complain(f"Le traitement {processing} ne demande pas la partie {part}.")
        raise typer.Exit(REFUSED)
    if as_json:
        say(shown.to_json())
    else:
        say("\n".join(decision_lines(shown, made.register, made.law)).rstrip())
    if not shown.allowed or (part and not shown.grants):
        raise typer.Exit(REFUSED)
