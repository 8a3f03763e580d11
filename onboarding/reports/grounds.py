"""On what ground a person read a part: the decision of the start, its articles, the titles that counted then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from onboarding.reports.past import Past
from onboarding.reports.reads import Read
from onboarding.reports.replay import decide_again, decision_of, differences
from policies.access.approvals import Approvals
from policies.access.decision import Decision, Grant
from policies.access.ground import Ground, files_of
from policies.access.titles import title_facts
from policies.engine.model import Obligation, Reason
from policies.errors import DatalabError

NO_DECISION = "its decision is not in the journal any more"


@dataclass(frozen=True)
class TitleUsed:
    """A title that counted for this person and this part on the day of the decision."""

    kind: str
    number: str
    first: date
    last: date | None


@dataclass(frozen=True)
class GroundOf:
    """Why one read was allowed; `replayed` whether the law of then decides the same today; `why` what is missing."""

    read: Read
    grant: Grant | None
    opening: tuple[Reason, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    titles: tuple[TitleUsed, ...] = ()
    law: str = ""
    register: str = ""
    replayed: bool | None = None
    why: str = ""


def ground_of(past: Past, read: Read, part: str) -> GroundOf:
    """The ground of one read; what is no longer known is said in `why`."""
    if read.decided is None or read.decided.payload is None:
        return GroundOf(read, None, why=NO_DECISION)
    name = f"guard/{read.decided.entry.n}"
    try:
        decision, ground = decision_of(read.decided.payload, name)
    except DatalabError as error:
        return GroundOf(read, None, why=str(error))
    grants = [grant for grant in decision.grants if grant.id == part]
    made = GroundOf(
        read,
        grants[0] if grants else None,
        decision.reasons,
        decision.obligations,
        law=decision.law,
        register=ground.register_,
    )
    try:
        again = decide_again(past, decision, ground)
        titles = titles_used(past, decision, ground, part)
    except DatalabError as error:
        return replace(made, why=str(error))
    same = not list(differences(decision.model_dump(mode="json"), again.model_dump(mode="json")))
    return replace(made, titles=titles, replayed=same)


def titles_used(past: Past, decision: Decision, ground: Ground, part: str) -> tuple[TitleUsed, ...]:
    """The titles that counted, and cover the person, the part and the day."""
    register = past.register(ground.register_)
    found = register.find_processing(decision.processing)
    if found is None:
        return ()
    register = replace(register, files=files_of(ground, register, found, decision.person))
    approvals = Approvals(past.law(decision.law), past.keys(ground.keys))
    facts = title_facts(register, found, decision.person, approvals)
    return tuple(_used(each) for each in facts if _covers(each, decision, part))


def _covers(fact: Mapping[str, Any], decision: Decision, part: str) -> bool:
    people, parts, period = fact["people"], fact["parts"], fact["period"]
    named = (people is None or decision.person in people) and (parts is None or part in parts)
    ended = period["until"] is not None and period["until"] < decision.day
    return bool(fact["counts"] and named and period["from"] <= decision.day and not ended)


def _used(fact: Mapping[str, Any]) -> TitleUsed:
    return TitleUsed(fact["kind"], fact["number"], fact["period"]["from"], fact["period"]["until"])
