"""What every command that changes the register shares: who signs in acts, a reason, a dry run, the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from onboarding.acting import actor_of_ticket
from onboarding.actor import Actor
from onboarding.cli.answering import say_outcome
from onboarding.cli.shared import Session, check_why, session
from onboarding.cli.signing_in import signing_in
from onboarding.operations.office import Office, Outcome
from onboarding.operations.opening import open_office
from onboarding.signin_client import ask_approval, ask_ticket
from policies.register.attested import Approval

Reason = Annotated[str, typer.Option(help="Pourquoi ; conservé dans l'historique et le journal.")]
AsJson = Annotated[bool, typer.Option("--json", help="La réponse en JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Dit ce que cela changerait, et n'écrit rien.")]
Sheet = Annotated[Path, typer.Option("--from", help="Un fichier YAML qui donne les valeurs.")]
Since = Annotated[str, typer.Option("--since", help="Le premier jour, AAAA-MM-JJ.")]
Until = Annotated[str, typer.Option("--until", help="Le dernier jour, AAAA-MM-JJ, compris.")]
Project = Annotated[str, typer.Argument(help="Le projet.")]
Processing = Annotated[str, typer.Argument(help="Le traitement.")]
Person = Annotated[str, typer.Argument(help="La personne : son identifiant de connexion ou son identifiant opaque.")]
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
    say_outcome(here, verb(office_of(here, how.dry_run), actor), how.as_json)


def office_of(here: Session, dry_run: bool = False) -> Office:
    """The office of this installation."""
    return open_office(here.places, here.writer(), here.directory(), dry_run)


def signed_in(here: Session) -> Actor:
    """The actor: whoever signs in on the terminal now."""
    socket = here.places.socket("signin")
    ticket = signing_in(lambda typed: ask_ticket(socket, typed))
    return actor_of_ticket(ticket, here.places.keys, here.directory())


def approving(here: Session) -> Callable[[str], Approval]:
    """Gives the approval of a fingerprint by whoever signs in on the terminal then."""
    socket = here.places.socket("signin")
    return lambda fingerprint: signing_in(lambda typed: ask_approval(socket, typed, fingerprint))
