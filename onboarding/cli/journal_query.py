"""`datalab journal query`: on what ground X read Y on a day; who could read Y between two days, and who did.

The journal is kept for security: asking it is itself journaled, with who asks and why, before the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated

import typer

from onboarding.cli.shared import Session, say, session
from onboarding.finding import NotFoundError, find_person
from onboarding.reports.answers import GroundAnswer, ReadersAnswer, answer_ground, answer_readers, to_json
from onboarding.reports.words import ground_lines, readers_lines
from policies.calendar import parse_day
from policies.errors import UnavailableError
from policies.journal.operator import operator_uid
from policies.journal.verify import verify
from policies.names import check_person_id

HELP = """Répond à « à quel titre X a-t-il lu Y tel jour ? » (--on, --person)
et à « qui pouvait lire Y entre deux jours, et qui l'a fait ? » (--from, --to).

La question est journalisée avant la réponse : qui la pose, et pourquoi.
"""
SOUND = "La chaîne du gardien, d'où vient cette réponse, est intacte ; datalab journal verify en dit plus."
BROKEN = "ATTENTION : la chaîne du gardien, d'où vient cette réponse, est ROMPUE ; lancez datalab journal verify."
CHAIN = "guard"


def query(
    context: typer.Context,
    part: Annotated[str, typer.Option(help="La partie, écrite jeu/partie.")],
    actor: Annotated[str, typer.Option(help="L'identifiant opaque de la personne qui demande.")],
    reason: Annotated[str, typer.Option(help="Pourquoi elle le demande ; conservé dans le journal.")],
    on: Annotated[str | None, typer.Option(help="Le jour, AAAA-MM-JJ.")] = None,
    person: Annotated[str | None, typer.Option(help="Avec --on : la personne, par identifiant ou connexion.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="Le premier jour, AAAA-MM-JJ.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Le dernier jour, AAAA-MM-JJ.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="La réponse en JSON.")] = False,
) -> None:
    """Journal the question, then answer it."""
    here = session(context)
    _check_actor(actor, reason)
    if on is not None and person is not None and from_ is None and to is None:
        day = _day(on, "--on")
        who = _person(here, person)
        _note(here, actor, reason, {"part": part, "person": who, "on": day.isoformat()})
        ground = answer_ground(here.places, who, part, day, here.directory().person)
        _say(ground, ground_lines(ground), _is_sound(here), as_json)
    elif from_ is not None and to is not None and on is None and person is None:
        first, last = _day(from_, "--from"), _day(to, "--to")
        if last < first:
            raise typer.BadParameter("le dernier jour vient avant le premier", param_hint="--to")
        _note(here, actor, reason, {"part": part, "from": first.isoformat(), "to": last.isoformat()})
        readers = answer_readers(here.places, part, first, last, here.directory().person)
        _say(readers, readers_lines(readers), _is_sound(here), as_json)
    else:
        raise typer.BadParameter("donnez --on et --person, ou --from et --to")


def _check_actor(actor: str, reason: str) -> None:
    try:
        check_person_id(actor)
    except ValueError:
        raise typer.BadParameter("donnez l'identifiant opaque, pas la connexion", param_hint="--actor") from None
    if not reason.strip():
        raise typer.BadParameter("dites pourquoi", param_hint="--reason")


def _note(here: Session, actor: str, reason: str, asked: Mapping[str, str]) -> None:
    here.journal().append(
        "consultation", {"actor": actor, "uid": operator_uid(), "reason": reason, "asked": dict(asked)}
    )


def _person(here: Session, text: str) -> str:
    """The id of a person: the directory's, else, of one whom it no longer knows, the id that was given."""
    try:
        return find_person(here.directory(), text).id
    except (NotFoundError, UnavailableError):
        try:
            return check_person_id(text)
        except ValueError:
            raise NotFoundError(f"L'annuaire ne connaît personne sous « {text} ».") from None


def _is_sound(here: Session) -> bool:
    return verify(here.places.journal(CHAIN)).sound


def _say(answer: GroundAnswer | ReadersAnswer, lines: Iterable[str], sound: bool, as_json: bool) -> None:
    if as_json:
        say(to_json(answer, sound))
        return
    for line in lines:
        say(line)
    say()
    say(SOUND if sound else BROKEN)


def _day(text: str, option: str) -> date:
    try:
        return parse_day(text)
    except ValueError:
        raise typer.BadParameter(f"{text} n'est pas une date ; écrivez AAAA-MM-JJ", param_hint=option) from None
