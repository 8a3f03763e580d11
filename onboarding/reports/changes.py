"""What changes from one decision to another (workspace, parts, services), by which rule, and who can help."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from policies.access.decision import Decision
from policies.calendar import ONE_DAY
from policies.engine.model import Law, Refusal
from policies.engine.wording import join
from policies.explain.account import part_name, say_citation
from policies.explain.contacts import Contacts
from policies.register.follow import Register

RANKS = {"refusé": 0, "catalogue": 1, "lecture": 2, "ouvert": 2}
WORKSPACE = "espace de travail"


@dataclass(frozen=True)
class Change:
    """One thing whose verdict is not the same; `rules` are those that refuse on the side that has less."""

    person: str
    processing: str
    what: str
    before: str
    after: str
    rules: str
    article: str
    lacks: str
    helper: str

    @property
    def narrows(self) -> bool:
        """Whether somebody has less after than before."""
        return RANKS[self.after] < RANKS[self.before]


@dataclass(frozen=True)
class Side:
    """A decision with the law that it was made on."""

    decision: Decision
    law: Law


def changes_between(before: Side, after: Side, register: Register) -> Iterator[Change]:
    """Each thing that one decision opens otherwise than the other, the workspace first.

    A workspace that closes is said once, not again for each of its parts; one that opens is said with
    what opens in it.
    """
    old, new = _states(before.decision, register), _states(after.decision, register)
    for what in dict.fromkeys([*old, *new]) if after.decision.allowed else (WORKSPACE,):
        was = old.get(what) or _State(what, "refusé", before.decision.refusals)
        becomes = new.get(what) or _State(what, "refusé", after.decision.refusals)
        if RANKS[was.state] == RANKS[becomes.state]:
            continue
        narrows = RANKS[becomes.state] < RANKS[was.state]
        less, more, law = (becomes, was, after.law) if narrows else (was, becomes, before.law)
        name = (old.get(what) or new[what]).name
        contacts = Contacts(law, register, register.find_processing(before.decision.processing))
        states = (name, was.state, becomes.state)
        yield _change(before.decision, states, _own_refusals(less, more), contacts, what.partition("/")[0])


@dataclass(frozen=True)
class _State:
    """What a decision says of one thing, as people call it, and why it refuses it."""

    name: str
    state: str
    refusals: tuple[Refusal, ...] = ()


_MODES = {"read": "lecture", "catalogue": "catalogue"}


def _states(decision: Decision, register: Register) -> dict[str, _State]:
    """What a decision says of each thing that it names."""
    if not decision.allowed:
        return {WORKSPACE: _State(WORKSPACE, "refusé", decision.refusals)}
    found = {WORKSPACE: _State(WORKSPACE, "ouvert")}
    for part in decision.refused_parts:
        found[part.id] = _State(part_name(register, part.dataset, part.part), "refusé", part.refusals)
    for grant in decision.grants:
        why = found[grant.id].refusals if grant.id in found else ()
        found[grant.id] = _State(part_name(register, grant.dataset, grant.part), _MODES[grant.mode], why)
    return found | {each: _State(f"service {each}", "ouvert") for each in decision.services}


def _own_refusals(less: _State, more: _State) -> list[Refusal]:
    """The refusals of the side that has less, apart from those that the other has too."""
    known = {each.rule for each in more.refusals}
    return [each for each in dict.fromkeys(less.refusals) if each.rule not in known]


def _change(
    decision: Decision, states: tuple[str, str, str], refusals: list[Refusal], contacts: Contacts, dataset: str
) -> Change:
    what, before, after = states
    helpers = (str(contacts.helper(each.ask, dataset)) for each in refusals)
    articles = (say_citation(contacts.law, each.source, each.article, None).text for each in refusals)
    lacks = (join(each.missing, "et") or each.message for each in refusals)
    return Change(
        person=decision.person,
        processing=decision.processing,
        what=what,
        before=before,
        after=after,
        rules=", ".join(dict.fromkeys(each.rule for each in refusals)),
        article=" ; ".join(dict.fromkeys(articles)),
        lacks=" ; ".join(dict.fromkeys(lacks)),
        helper=" ; ".join(dict.fromkeys(helpers)),
    )


def coming_ends(
    decide: Callable[[date], Decision], law: Law, register: Register, first: date, last: date
) -> Iterator[tuple[date, Change]]:
    """What somebody will lose from one day to another if nothing changes but the day, with its last day.

    A right that has yet to begin is followed too; what somebody gains is not said.
    """
    standing = decide(first)
    while standing.until is not None and standing.until <= last:
        following = decide(standing.until + ONE_DAY)
        for change in changes_between(Side(standing, law), Side(following, law), register):
            if change.narrows:
                yield standing.until, change
        standing = following
