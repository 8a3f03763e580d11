"""`datalab explain`: what a person may open, on which ground, until when; what is refused, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from onboarding.cli.shared import REFUSED, complain, day_option, say, session
from onboarding.cli.tables import render_table
from onboarding.explaining import Explained, decide_now, only_part
from onboarding.finding import find_person
from onboarding.reports.reasoning import COLUMNS, reasoning_rows
from policies.access.decision import Decision
from policies.explain.sentences import decision_lines
from policies.proofs.tickets import EVERY_FACTOR, PASSWORD_ALONE
from policies.wording import say_day

HELP = """Explique ce qu'une personne peut ouvrir sur un traitement : ce qui est permis ou refusé, et pourquoi.

Un tableau par défaut : données, verdict, dernier jour, règle, article, ce qui manque, qui peut le donner.
Code de sortie : 0 permis, 1 refusé, 2 commande mal écrite, 3 source illisible.
"""


def explain(
    context: typer.Context,
    person: Annotated[str, typer.Option(help="La personne : son identifiant de connexion ou son identifiant opaque.")],
    processing: Annotated[str, typer.Option(help="Le traitement.")],
    part: Annotated[str | None, typer.Option(help="Une seule partie, écrite jeu/partie.")] = None,
    day: Annotated[
        str | None, typer.Option(help="Le jour, AAAA-MM-JJ, passé ou futur ; aujourd'hui par défaut.")
    ] = None,
    two_factors: Annotated[
        bool, typer.Option("--two-factors", help="Comme après un mot de passe et un code ; sinon un mot de passe seul.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="La décision en JSON.")] = False,
    as_text: Annotated[bool, typer.Option("--text", help="En phrases, comme la page et LISEZ-MOI.")] = False,
) -> None:
    """Decide as hub and guard do, and say the decision."""
    here = session(context)
    on = day_option(day)
    found = find_person(here.directory(), person)
    made = decide_now(here.places, found, processing, on, EVERY_FACTOR if two_factors else PASSWORD_ALONE)
    shown = only_part(made.decision, part) if part and made.decision.allowed else made.decision
    if shown is None:
        complain(f"Le traitement {processing} ne demande pas la partie {part}.")
        raise typer.Exit(REFUSED)
    if as_json:
        say(shown.to_json())
    elif as_text:
        say("\n".join(decision_lines(shown, made.register, made.law)).rstrip())
    else:
        _say_table(shown, made)
    if not shown.allowed or (part and not shown.grants):
        raise typer.Exit(REFUSED)


def _say_table(decision: Decision, made: Explained) -> None:
    """The reasoning as a table, then obligations and warnings."""
    say(f"{decision.person} sur {decision.processing}, le {say_day(decision.day)}")
    found = made.register.find_processing(decision.processing)
    if found is not None:
        say(render_table(COLUMNS, reasoning_rows(decision, found, made.register, made.law)))
    for obligation in decision.obligations:
        say(f"Obligation ({obligation.rule}) : {obligation.text}")
    for warning in decision.warnings:
        say(f"À savoir ({warning.rule}) : {warning.text}")
