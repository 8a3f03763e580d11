"""What a command that changes the register answers: what was done, what waits for whom, what changed for whom."""

from __future__ import annotations

import json
from dataclasses import asdict

from onboarding.approvers import say_approvers
from onboarding.cli.shared import Session, say
from onboarding.ground import read_approvals
from onboarding.operations.effects import Effect, sentences
from onboarding.operations.office import Outcome
from policies.calendar import today
from policies.errors import DatalabError


def say_outcome(here: Session, outcome: Outcome, as_json: bool) -> None:
    """The whole answer, in words or as JSON."""
    if as_json:
        say(json.dumps(asdict(outcome), ensure_ascii=False, indent=2))
        return
    say("Essai : rien n'a été écrit." if outcome.digest is None else f"Fait : registre {outcome.digest}.")
    say_waiting(here, outcome.to_approve)
    say_effects(outcome.effects, outcome.unsaid)


def say_waiting(here: Session, places: tuple[str, ...]) -> None:
    """What waits for a second person, and whom the law lets approve it, where the law can be read."""
    for place in places:
        say(f"À approuver par une seconde personne : datalab approve {place}")
        try:
            say(f"  peut l'approuver : {say_approvers(read_approvals(here.places).law, place, today())}")
        except DatalabError as error:
            say(f"  qui peut l'approuver ne peut pas être dit maintenant : {error}")


def say_effects(effects: tuple[Effect, ...], unsaid: str | None) -> None:
    """What changed for whom, or that nothing did, or why that cannot be said."""
    lines = list(sentences(effects))
    if unsaid is not None:
        say(f"Ce que cela change ne peut pas être dit maintenant : {unsaid}")
    elif not lines:
        say("Cela n'ouvre et ne ferme rien.")
    for line in lines:
        say(line)
