"""Which decisions of the journal are made again: one that is named, or all that the chains hold."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import get_args

from onboarding.reports.past import Past
from onboarding.reports.replay import Outcome, Replayed, replay
from policies.errors import UnavailableError
from policies.journal.read import read_journal
from policies.settings import Places

CHAINS = ("guard", "hub")
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


def parse_entry(text: str) -> tuple[str, int]:
    """The account and the number of `guard/42`; raises ValueError for anything but a chain that decides."""
    account, _, number = text.partition("/")
    if account not in CHAINS or not (number.isascii() and number.isdecimal()):
        raise ValueError(text)
    return account, int(number)


def replay_one(places: Places, account: str, number: int) -> Replayed:
    """The replay of one entry; raises UnavailableError when it is not there, or holds no decision."""
    for recorded in read_journal(places.journal(account)):
        if recorded.entry.n == number:
            found = replay(Past(places), account, recorded)
            if found is None:
                raise UnavailableError(f"{account}/{number} : {recorded.entry.kind} ne contient pas de décision")
            return found
    raise UnavailableError(f"{account}/{number} : la chaîne n'a pas cette ligne")


def replay_all(places: Places) -> Iterator[Replayed]:
    """The replay of every decision and refusal, chain by chain."""
    past = Past(places)
    for account in CHAINS:
        for recorded in read_journal(places.journal(account)):
            found = replay(past, account, recorded)
            if found is not None:
                yield found


def is_worth_saying(found: Replayed) -> bool:
    """Whether one among many is told by itself, not only counted."""
    return found.outcome in {"different", "unknown"}


def to_json(counts: Counter[Outcome], told: Sequence[Replayed]) -> str:
    """The counts of every outcome, and those that are told, as one JSON object."""
    values = {"counts": {each: counts[each] for each in OUTCOMES}, "entries": [asdict(each) for each in told]}
    return json.dumps(values, ensure_ascii=False, indent=2, sort_keys=True)
