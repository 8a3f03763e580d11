"""`datalab journal query`: on what ground X read Y; who could read Y, and who did; what X did.

The journal is kept for security: asking it is itself journaled, with who asks and why, before the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from onboarding.cli.journal_question import Question, parse_question
from onboarding.cli.shared import Session, check_who_and_why, say, session
from onboarding.reports.answers import GroundAnswer, answer_ground, answer_readers
from onboarding.reports.as_json import Answer, to_json
from onboarding.reports.deed_words import deeds_lines
from onboarding.reports.deeds import DeedsAnswer, answer_deeds
from onboarding.reports.words import ground_lines, readers_lines
from policies.journal.operator import operator_uid
from policies.journal.verify import verify

HELP = """Répond à « à quel titre X a-t-il lu Y tel jour ? » (--part, --person, --on),
à « qui pouvait lire Y entre deux jours, et qui l'a fait ? » (--part, --from, --to)
et à « qu'a fait X entre deux jours ? » (--person, --from, --to).

La question est journalisée avant la réponse : qui la pose, et pourquoi.
"""
CHAINS = {"ground": ("guard", "hub", "launch", "keeper"), "readers": ("guard", "launch", "keeper")}
SOUND = "Les chaînes d'où vient cette réponse ({chains}) sont intactes ; datalab journal verify en dit plus."
BROKEN = "ATTENTION : cette réponse vient de chaînes ROMPUES ({chains}) ; lancez datalab journal verify."


def query(
    context: typer.Context,
    actor: Annotated[str, typer.Option(help="L'identifiant opaque de la personne qui demande.")],
    reason: Annotated[str, typer.Option(help="Pourquoi elle le demande, sans nommer personne ; conservé.")],
    part: Annotated[str | None, typer.Option(help="La partie, écrite jeu/partie.")] = None,
    person: Annotated[str | None, typer.Option(help="La personne, par identifiant ou connexion.")] = None,
    on: Annotated[str | None, typer.Option(help="Le jour, AAAA-MM-JJ.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="Le premier jour, AAAA-MM-JJ.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Le dernier jour, AAAA-MM-JJ.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="La réponse en JSON.")] = False,
) -> None:
    """Journal the question, then answer it."""
    here = session(context)
    check_who_and_why(actor, reason)
    question = parse_question(here, {"part": part, "person": person, "on": on, "from": from_, "to": to})
    told = {"actor": actor, "uid": operator_uid(), "reason": reason, "asked": question.journaled()}
    here.journal().append("consultation", told)
    chains = _chains(here, question)
    broken = [each for each in chains if not verify(here.places.journal(each)).sound]
    answer = _answer(here, question, chains)
    if as_json:
        say(to_json(answer, broken))
        return
    for line in _lines(answer):
        say(line)
    say()
    say(BROKEN.format(chains=", ".join(broken)) if broken else SOUND.format(chains=", ".join(chains)))


def _chains(here: Session, question: Question) -> list[str]:
    """The chains that an answer comes from; one that was never begun tells nothing."""
    there = sorted(path.parent.name for path in here.places.journal("").glob("*/chain.jsonl"))
    return [each for each in there if each in CHAINS.get(question.kind, there)]


def _answer(here: Session, asked: Question, chains: Sequence[str]) -> Answer:
    """What is told to whoever may ask."""
    ask = here.directory().person
    if asked.kind == "ground":
        return answer_ground(here.places, asked.person, asked.part, asked.first, ask)
    if asked.kind == "readers":
        return answer_readers(here.places, asked.part, asked.first, asked.last, ask)
    return answer_deeds(here.places.journal(""), chains, asked.person, asked.first, asked.last)


def _lines(answer: Answer) -> list[str]:
    if isinstance(answer, DeedsAnswer):
        return list(deeds_lines(answer))
    return list(ground_lines(answer) if isinstance(answer, GroundAnswer) else readers_lines(answer))
