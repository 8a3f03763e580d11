"""What every command that changes the register shares: who signs in acts, a reason, a dry run, the answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from onboarding.acting import actor_of_ticket
from onboarding.actor import Actor
from onboarding.cli.shared import Session, check_why, say, session
from onboarding.cli.signing_in import signing_in
from onboarding.operations.effects import Effect, sentences
from onboarding.operations.office import Office, Outcome
from onboarding.operations.opening import open_office
from onboarding.signin_client import ask_ticket

Reason = Annotated[str, typer.Option(help="Pourquoi ; conservé dans l'historique et le journal.")]
AsJson = Annotated[bool, typer.Option("--json", help="La réponse en JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Dit ce que cela changerait, et n'écrit rien.")]
Sheet = Annotated[Path, typer.Option("--from", help="Un fichier YAML qui donne les valeurs.")]
Since = Annotated[str, typer.Option("--since", help="Le premier jour, AAAA-MM-JJ.")]
Until = Annotated[str, typer.Option("--until", help="Le dernier jour, AAAA-MM-JJ, compris.")]
Project = Annotated[str, typer.Argument(help="Le projet.")]
Processing = Annotated[str, typer.Argument(help="Le traitement.")]
Person = Annotated[str, typer.Argument(help="La personne : son identifiant de connexion ou son numéro opaque.")]
Verb = Callable[[Office, Actor], Outcome]


@dataclass(frozen=True)
class How:
    """How a command was asked for: why, whether to write, in which form to answer."""

    reason: str
    as_json: bool
    dry_run: bool

    def __post_init__(self) -> None:
        """A reason that says nothing is a command that is misused."""
        check_why(self.reason)


def operate(context: typer.Context, how: How, verb: Verb) -> None:
    """Have whoever signs in carry out a verb, and say what it changed."""
    here = session(context)
    actor = signed_in(here)
    say_outcome(verb(office_of(here, how.dry_run), actor), how)


def office_of(here: Session, dry_run: bool = False) -> Office:
    """The office of this installation."""
    return open_office(here.places, here.writer(), here.directory(), dry_run)


def signed_in(here: Session) -> Actor:
    """The actor: whoever signs in on the terminal now."""
    socket = here.places.socket("signin")
    ticket = signing_in(lambda typed: ask_ticket(socket, typed))
    return actor_of_ticket(ticket, here.places.keys, here.directory())


def say_outcome(outcome: Outcome, how: How) -> None:
    """What was done, what waits for an approval, what changed for whom."""
    if how.as_json:
        say(json.dumps(asdict(outcome), ensure_ascii=False, indent=2))
        return
    say("Essai : rien n'a été écrit." if outcome.digest is None else f"Fait : registre {outcome.digest}.")
    for place in outcome.to_approve:
        say(f"À approuver par une seconde personne : datalab approve {place}")
    say_effects(outcome.effects, outcome.unsaid)


def say_effects(effects: tuple[Effect, ...], unsaid: str | None) -> None:
    """What changed for whom, or that nothing did, or why that cannot be said."""
    lines = list(sentences(effects))
    if unsaid is not None:
        say(f"Ce que cela change ne peut pas être dit maintenant : {unsaid}")
    elif not lines:
        say("Cela n'ouvre et ne ferme rien.")
    for line in lines:
        say(line)
