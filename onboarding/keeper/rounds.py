"""One round of the keeper: note the law, purge what is past its term, look at every chain, sign, hand over.

What goes wrong with one chain keeps no other from being signed. What is new is journaled in the keeper's
own chain, then signed with the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from onboarding.keeper.checkpoint import ChainHead, Checkpoint, Trouble, sign
from onboarding.keeper.daily import DailyPurge
from onboarding.keeper.diary import Diary
from onboarding.keeper.heads import CHECKPOINTS, Seen, look
from onboarding.keeper.keys import JournalKey
from onboarding.keeper.laws import Laws
from onboarding.keeper.ledger import Ledger
from policies.calendar import boot_seconds, now, paris_day
from policies.journal.entry import written_moment
from policies.settings import Places

HEARTBEAT = timedelta(hours=1)
log = logging.getLogger("datalab.keeper")


@dataclass
class Keeper:
    """The keeper of one installation; `clock` is looked at once for each round, `seconds` only goes forward."""

    places: Places
    key: JournalKey
    clock: Callable[[], datetime] = now
    seconds: Callable[[], float] = boot_seconds
    diary: Diary = field(init=False)
    _ledger: Ledger = field(init=False)
    _laws: Laws = field(init=False)
    _purge: DailyPurge = field(init=False)
    _last: Checkpoint | None = field(init=False)

    def __post_init__(self) -> None:
        self.diary = Diary(self.places, self.clock)
        self._ledger = Ledger(self.places.journal(CHECKPOINTS))
        self._laws = Laws(self.places, self.diary.journal)
        self._purge = DailyPurge(self.places.journal(""), self.diary, self.clock, self.seconds)
        self._last = self._ledger.last()

    def round(self) -> Checkpoint | None:
        """Do all of it; the checkpoint, None when nothing moved. Raises DatalabError when it cannot be signed."""
        moment = self.clock()
        self._purge.run(self._laws.look(), moment)
        seen = self._look()
        return self._sign(seen, moment) if self._moved(seen, moment) else None

    def _look(self) -> list[Seen]:
        """Every chain; a new trouble is journaled, then the keeper's own chain is looked at again."""
        known = self._last.heads if self._last else {}
        seen = list(look(self.places.journal(""), known))
        before = self._last.alarms if self._last else {}
        new = [each for each in seen if each.trouble is not None and before.get(each.account) != each.trouble]
        for each in new:
            log.error("%s: the chain is %s at line %d (%s)", each.account, each.trouble, each.line, each.flaw)
            self.diary.tell_broken(each.account, each.line, each.flaw)
        return list(look(self.places.journal(""), known)) if new else seen

    def _moved(self, seen: list[Seen], moment: datetime) -> bool:
        if self._last is None or (_heads(seen), _alarms(seen)) != (self._last.heads, self._last.alarms):
            return True
        return written_moment(moment - HEARTBEAT) >= self._last.moment

    def _sign(self, seen: list[Seen], moment: datetime) -> Checkpoint:
        key = self.key.on(paris_day(moment))
        made = sign(key, self._last, written_moment(moment), _heads(seen), _alarms(seen))
        self._ledger.append(made)
        self._last = made
        return made


def _heads(seen: list[Seen]) -> dict[str, ChainHead]:
    return {each.account: each.head for each in seen}


def _alarms(seen: list[Seen]) -> dict[str, Trouble]:
    return {each.account: each.trouble for each in seen if each.trouble is not None}
