"""`datalab journal purge`: delete the payloads whose term, as the law sets it, has passed."""

from __future__ import annotations

from typing import Annotated

import typer

from onboarding.cli.shared import REFUSED, say, session
from onboarding.keeper.purging import Failure, Purge, plan, purge
from onboarding.keeper.terms import Terms
from policies.calendar import now, parse_day
from policies.engine.follow import LawFollower
from policies.journal.operator import operator_uid
from policies.wording import say_count, say_day

HELP = "Efface les contenus dont le terme est passé ; le processus keeper le fait chaque jour."


def purge_journal(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Dire ce qui serait effacé, sans rien effacer.")] = False,
) -> None:
    """Delete payloads past their term, each deletion journaled first; exit code 1 when a chain refuses."""
    here = session(context)
    moment = now()
    kept = Terms(LawFollower(here.places.law).current()).first_kept(moment.date())
    journal = here.places.journal("")
    if not dry_run:
        here.journal().append("administration", {"action": "journal purge", "uid": operator_uid()})
    found = list(plan(journal, kept) if dry_run else purge(journal, kept))
    for each in found:
        say(purged_line(each, "serait effacé" if dry_run else "effacé"))
    if not found:
        say("Aucun contenu n'a passé son terme.")
    if any(isinstance(each, Failure) for each in found):
        raise typer.Exit(REFUSED)


def purged_line(each: Purge | Failure, verb: str) -> str:
    """What became of the payloads of one account and class."""
    if isinstance(each, Failure):
        return f"{each.account} : RIEN EFFACÉ : {each.why}"
    first, last = (say_day(parse_day(each.days[end])) for end in (0, -1))
    days = f"le {first}" if first == last else f"du {first} au {last}"
    counted = f"{say_count(len(each.days), 'jour')}, {say_count(each.size, 'octet')}"
    return f"{each.account}, classe {each.class_} : {verb} : {days} ({counted})"
