"""A decision told to the person it is about: what opens, on which ground, until when; what does not, why, who can help.

Page, command line and LISEZ-MOI say the same thing, because each renders this one account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from policies.access.decision import Decision, Grant
from policies.engine.model import Law, Reason, Refusal
from policies.errors import DatalabError
from policies.explain.contacts import Contacts, Helper
from policies.register.follow import FoundProcessing, Register
from policies.wording import say_day

State = Literal["read", "catalogue", "refused"]


@dataclass(frozen=True)
class Citation:
    """Where a rule is written; `link` leads to the text when it is published."""

    text: str
    link: str | None


@dataclass(frozen=True)
class Ground:
    """Why something is open, or a warning."""

    text: str
    citation: Citation


@dataclass(frozen=True)
class Obstacle:
    """Why something is closed, and who can help."""

    text: str
    citation: Citation
    helper: Helper


@dataclass(frozen=True)
class PartAccount:
    """What a decision says of one part, besides what opens the workspace. `catalogue`: it is only described."""

    id: str
    name: str
    state: State
    until: str
    grounds: tuple[Ground, ...]
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True)
class Account:
    """What a decision says, whole."""

    person: str
    processing: str
    name: str
    project: str
    carrier: str
    purpose: str
    day: str
    allowed: bool
    until: str
    grounds: tuple[Ground, ...]
    obstacles: tuple[Obstacle, ...]
    parts: tuple[PartAccount, ...]
    obligations: tuple[str, ...]
    warnings: tuple[Ground, ...]


SHORT = 3
SAME_GROUNDS = Ground("Ce qui ouvre l'espace de travail ouvre aussi cette partie.", Citation("", None))


def make_account(decision: Decision, register: Register, law: Law) -> Account:
    """The account of a decision, with the register and the law that it was made on."""
    found = register.find_processing(decision.processing)
    if found is None:
        raise DatalabError(f"the register has no processing {decision.processing}; decide again")
    processing, contacts = found.processing, Contacts(law, register, found)
    return Account(
        person=decision.person,
        processing=decision.processing,
        name=processing.name,
        project=found.project.name,
        carrier=contacts.organisation(found.project.carrier),
        purpose=_word(law, "purposes", processing.purpose),
        day=say_day(decision.day),
        allowed=decision.allowed,
        until=say_until(decision.until),
        grounds=_grounds(law, decision.reasons),
        obstacles=obstacles_of(contacts, decision.refusals),
        parts=_parts(decision, found, contacts),
        obligations=tuple(obligation.text for obligation in decision.obligations),
        warnings=_grounds(law, decision.warnings),
    )


def say_until(day: date | None) -> str:
    """Until when, the last day included."""
    return "sans fin connue à ce jour" if day is None else f"jusqu'au {say_day(day)} inclus"


def say_citation(law: Law, source: str, article: str, link: str | None) -> Citation:
    """A rule's source as people cite it: `RGPD, art. 6.1`, `Doctrine du Datalab, DL-03`; nothing without source.

    An article that only repeats words of the title is left out.
    """
    known = law.sources.get(source)
    title = known.title if known else source
    said = _words(article)
    if not article or (said and said <= _words(title)):
        return Citation(title, link)
    word = "art. " if article[0].isdigit() or article[1:2].isdigit() else ""
    return Citation(f"{title}, {word}{article}", link)


def _words(text: str) -> frozenset[str]:
    """The words that carry meaning, whatever their case: long ones, acronyms and numbers."""
    found = re.findall(r"\w+", text)
    return frozenset(word.casefold() for word in found if len(word) > SHORT or not word.islower())


def part_name(register: Register, dataset: str, part: str) -> str:
    """What people call a part: its dataset's name, then its own."""
    found = register.datasets.get(dataset)
    if found is None or part not in found.parts:
        return f"{dataset}/{part}"
    return f"{found.name} : {found.parts[part].name}"


def _parts(decision: Decision, found: FoundProcessing, contacts: Contacts) -> tuple[PartAccount, ...]:
    """Each part that was judged, in the order of the register."""
    grants = {grant.id: grant for grant in decision.grants}
    refused = {part.id: part for part in decision.refused_parts}
    wanted = [(dataset, part) for dataset, use in found.processing.datasets.items() for part in use.parts]
    return tuple(
        PartAccount(
            id=key,
            name=part_name(contacts.register, dataset, part),
            state=grants[key].mode if key in grants else "refused",
            until=say_until(grants[key].until) if key in grants else "",
            grounds=_own_grounds(decision, grants[key], contacts.law) if key in grants else (),
            obstacles=obstacles_of(contacts, refused[key].refusals, dataset) if key in refused else (),
        )
        for dataset, part in wanted
        if (key := f"{dataset}/{part}") in grants or key in refused
    )


def _own_grounds(decision: Decision, grant: Grant, law: Law) -> tuple[Ground, ...]:
    """The grounds of a part that are not those of the workspace too; never none, so that it is always said."""
    common = set(_grounds(law, decision.reasons))
    own = tuple(ground for ground in _grounds(law, grant.reasons) if ground not in common)
    return own or (SAME_GROUNDS,)


def _grounds(law: Law, reasons: Iterable[Reason]) -> tuple[Ground, ...]:
    return tuple(
        Ground(_sentence(each.text), say_citation(law, each.source, each.article, each.link)) for each in reasons
    )


def obstacles_of(contacts: Contacts, refusals: Iterable[Refusal], dataset: str = "") -> tuple[Obstacle, ...]:
    """Refusals as people read them; the same obstacle is told once, even when several pairings meet it."""
    law = contacts.law
    told = (
        Obstacle(
            _sentence(each.message),
            say_citation(law, each.source, each.article, each.link),
            contacts.helper(each.ask, dataset),
        )
        for each in refusals
    )
    return tuple(dict.fromkeys(told))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _word(law: Law, group: str, value: str) -> str:
    return law.words.get(group, {}).get(value, value)
