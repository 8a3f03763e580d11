"""The questions that `datalab journal query` answers, as its options put them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import typer

from onboarding.cli.shared import Session, day_option
from onboarding.finding import NotFoundError, find_person
from policies.errors import UnavailableError
from policies.names import check_person_id

Kind = Literal["ground", "readers", "deeds"]
FORMS: dict[frozenset[str], Kind] = {
    frozenset({"part", "person", "on"}): "ground",
    frozenset({"part", "from", "to"}): "readers",
    frozenset({"person", "from", "to"}): "deeds",
}
MISUSED = "donnez --part, --person et --on, ou --part, --from et --to, ou --person, --from et --to"


@dataclass(frozen=True)
class Question:
    """What is asked, of whom or of what, on which days."""

    kind: Kind
    part: str
    person: str
    first: date
    last: date

    def journaled(self) -> dict[str, str]:
        """The question as the journal holds it."""
        days = {"from": self.first.isoformat(), "to": self.last.isoformat()}
        asked = {"part": self.part, "person": self.person}
        asked |= {"on": self.first.isoformat()} if self.kind == "ground" else days
        return {key: value for key, value in asked.items() if value}


def parse_question(here: Session, given: dict[str, str | None]) -> Question:
    """The question of the options that were given; raises BadParameter on any other set of options."""
    said = {key: value for key, value in given.items() if value is not None}
    kind = FORMS.get(frozenset(said))
    if kind is None:
        raise typer.BadParameter(MISUSED)
    first, last = (day_option(said[key], f"--{key}") for key in (("on", "on") if kind == "ground" else ("from", "to")))
    if last < first:
        raise typer.BadParameter("le dernier jour vient avant le premier", param_hint="--to")
    person = _person(here, said["person"]) if "person" in said else ""
    return Question(kind, said.get("part", ""), person, first, last)


def _person(here: Session, text: str) -> str:
    """The id of a person: the directory's, else, of one whom it no longer knows, the id that was given."""
    try:
        return find_person(here.directory(), text).id
    except (NotFoundError, UnavailableError):
        try:
            return check_person_id(text)
        except ValueError:
            raise NotFoundError(f"L'annuaire ne connaît personne sous « {text} ».") from None
