"""`datalab journal replay`: decide again, with the law and the facts of then, what the journal says was decided.

It reads what was decided on people, so it is journaled as a question is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

import typer

from onboarding.cli.shared import ALLOWED, REFUSED, UNAVAILABLE, say, session
from onboarding.reports.replay import Outcome, Replayed
from onboarding.reports.replaying import is_worth_saying, parse_entry, replay_all, replay_one, to_json
from onboarding.reports.words import count_line, replayed_lines
from policies.journal.operator import operator_uid

HELP = """Décide à nouveau, avec le droit et les faits d'alors, et compare avec ce qui fut journalisé.

Code de sortie : 0 la même décision, 1 une autre, 3 elle ne peut pas être rejouée.
"""


def replay_entries(
    context: typer.Context,
    entry: Annotated[
        str | None, typer.Argument(metavar="ENTRÉE", help="L'entrée, écrite compte/numéro, par exemple guard/42.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Toutes les décisions et tous les refus du journal.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="La réponse en JSON.")] = False,
) -> None:
    """Replay one entry or all of them."""
    here = session(context)
    if (entry is None) is not every:
        raise typer.BadParameter("donnez une entrée, ou --all")
    asked = _entry(entry) if entry is not None else None
    here.journal().append("consultation", {"uid": operator_uid(), "asked": {"replay": entry or "all"}})
    counts, told = _gather([replay_one(here.places, *asked)] if asked else replay_all(here.places), every)
    if as_json:
        say(to_json(counts, told))
    else:
        for found in told:
            say("\n".join(replayed_lines(found)))
        if every:
            say(count_line(counts))
    raise typer.Exit(_code(counts, every))


def _entry(text: str) -> tuple[str, int]:
    try:
        return parse_entry(text)
    except ValueError:
        raise typer.BadParameter(f"{text} n'est pas une entrée ; écrivez guard/42 ou hub/42") from None


def _gather(found: Iterable[Replayed], every: bool) -> tuple[Counter[Outcome], list[Replayed]]:
    """Counts of all, and those that are told; years of the same decision are not kept in memory."""
    counts: Counter[Outcome] = Counter()
    told = []
    for each in found:
        counts[each.outcome] += 1
        if not every or is_worth_saying(each):
            told.append(each)
    return counts, told


def _code(counts: Counter[Outcome], every: bool) -> int:
    if counts["different"]:
        return REFUSED
    if counts["unknown"] or (counts["purged"] and not every):
        return UNAVAILABLE
    return ALLOWED
