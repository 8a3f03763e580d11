"""The hub's own judgement: whoever has signed in, on law, register and directory as they are now.

What it decides opens nothing by itself: the guard decides again. Everything here blocks; pages and
spawners call it in a thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from hub.definition import define
from hub.signed import Entrance, Signed, open_entrance
from policies.access.decision import Decision
from policies.access.ground import Ground, journaled, make_ground
from policies.access.workspace import decide_workspace, processings_of
from policies.calendar import today
from policies.explain.account import Account, make_account
from policies.explain.contacts import Contacts
from policies.journal.append import Journal
from policies.settings import Values, read_values

ACCOUNT = "hub"


@dataclass(frozen=True)
class Judged:
    """A decision, the account of it for people, whom they can ask, and what it was made on."""

    decision: Decision
    account: Account
    contacts: Contacts
    ground: Ground


class Desk:
    """Judges for the hub's pages and spawners; every method raises a DatalabError when it cannot."""

    def __init__(self, values: Values, entrance: Entrance, journal: Journal) -> None:
        self.values = values
        self._entrance = entrance
        self._journal = journal

    def check(self, ticket: str) -> None:
        """Raises ProofError or GoneError when this ticket no longer stands for a person."""
        self._entrance.signed(ticket)

    def judge_all(self, ticket: str) -> tuple[Judged, ...]:
        """Every processing that concerns the person, in the order of names."""
        signed = self._entrance.signed(ticket)
        judged = (_judge(signed, each) for each in _concerned(signed))
        return tuple(sorted(judged, key=lambda each: (each.account.project, each.account.name)))

    def judge(self, ticket: str, processing: str) -> Judged | None:
        """One processing; `None` when none of this name concerns the person, whether it exists or not."""
        signed = self._entrance.signed(ticket)
        return _judge(signed, processing) if processing in _concerned(signed) else None

    def define(self, ticket: str, processing: str, profile: str, token: str) -> dict[str, Any]:
        """The definition of the person's workspace, decided anew; raises NotGrantedError when refused."""
        signed = self._entrance.signed(ticket)
        return define(signed, _decide(signed, processing), profile, token, self.values)

    def note_refusal(self, judged: Judged) -> None:
        """Journal that a person asked for a workspace and was refused."""
        self._journal.append("refusal", journaled(judged.decision, judged.ground))


def _concerned(signed: Signed) -> list[str]:
    return [found.id for found in processings_of(signed.snapshot.register, signed.person)]


def _judge(signed: Signed, processing: str) -> Judged:
    decision, snapshot = _decide(signed, processing), signed.snapshot
    ground = make_ground(snapshot.register, snapshot.keys, signed.person, signed.ticket.factors, processing)
    account = make_account(decision, snapshot.register, snapshot.law)
    found = snapshot.register.find_processing(processing)
    return Judged(decision, account, Contacts(snapshot.law, snapshot.register, found), ground)


def _decide(signed: Signed, processing: str) -> Decision:
    snapshot, person, factors = signed.snapshot, signed.person, signed.ticket.factors
    return decide_workspace(snapshot.law, snapshot.register, person, factors, processing, today(), snapshot.keys)


def open_desk(values: Values) -> Desk:
    """The desk of an installation, with the hub's own chain of the journal."""
    return Desk(values, open_entrance(values), Journal(values.places.journal(ACCOUNT), ACCOUNT))


@cache
def the_desk() -> Desk:
    """The desk of this process: JupyterHub makes the objects that need it and hands nothing over."""
    return open_desk(read_values())
