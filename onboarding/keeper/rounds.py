"""One round of the keeper: note the law, purge what is past its term, look at every chain, sign, hand over.

What goes wrong with one chain keeps no other from being signed. What is new is journaled in the keeper's
own chain, then signed with the rest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from onboarding.keeper.checkpoint import ChainHead, Checkpoint, Trouble, sign
from onboarding.keeper.heads import Seen, look
from onboarding.keeper.laws import Laws
from onboarding.keeper.ledger import Ledger
from onboarding.keeper.purging import Failure, purge
from onboarding.keeper.settings import checkpoints_folder
from onboarding.keeper.terms import Terms
from policies.calendar import now
from policies.engine.model import Law
from policies.errors import DatalabError, InvalidFilesError
from policies.journal.append import Journal
from policies.journal.entry import BROKEN, written_moment
from policies.proofs.private import PrivateKey
from policies.settings import Places

ACCOUNT = "keeper"
HEARTBEAT = timedelta(hours=1)
log = logging.getLogger("datalab.keeper")


@dataclass
class Keeper:
    """The keeper of one installation; `clock` is looked at once for each round."""

    places: Places
    key: PrivateKey
    clock: Callable[[], datetime] = now
    journal: Journal = field(init=False)
    _ledger: Ledger = field(init=False)
    _laws: Laws = field(init=False)
    _last: Checkpoint | None = field(init=False)
    _purged_on: date | None = None

    def __post_init__(self) -> None:
        self.journal = Journal(self.places.journal(ACCOUNT), ACCOUNT, self.clock)
        self._ledger = Ledger(checkpoints_folder(self.places))
        self._laws = Laws(self.places, self.journal)
        self._last = self._ledger.last()

    def round(self) -> Checkpoint | None:
        """Do all of it; the checkpoint, None when nothing moved. Raises DatalabError when it cannot be signed."""
        moment = self.clock()
        law = self._laws.look()
        if law is not None and self._purged_on != moment.date():
            self._purge(law, moment)
        seen = self._look()
        return self._sign(seen, moment) if self._moved(seen, moment) else None

    def _purge(self, law: Law, moment: datetime) -> None:
        self._purged_on = moment.date()
        try:
            kept = Terms(law).first_kept(moment.date())
        except InvalidFilesError as error:
            log.warning("nothing is purged: %s", error)
            return
        for each in purge(self.places.journal(""), kept, self.clock):
            if isinstance(each, Failure):
                log.warning("%s: not purged: %s", each.account, each.why)
                self._tell(BROKEN, {"account": each.account, "line": 0, "flaw": "not purged"})
            else:
                log.info("%s: %d days of %s purged", each.account, len(each.days), each.class_)

    def _look(self) -> list[Seen]:
        """Every chain; a new trouble is journaled, then the keeper's own chain is looked at again."""
        known = self._last.heads if self._last else {}
        seen = list(look(self.places.journal(""), known))
        before = self._last.alarms if self._last else {}
        new = [each for each in seen if each.trouble is not None and before.get(each.account) != each.trouble]
        for each in new:
            log.error("%s: the chain is %s at line %d (%s)", each.account, each.trouble, each.line, each.flaw)
            self._tell(BROKEN, {"account": each.account, "line": each.line, "flaw": each.flaw})
        return list(look(self.places.journal(""), known)) if new else seen

    def _tell(self, kind: str, payload: Mapping[str, object]) -> None:
        """Journal without giving up the round: what the other chains hold must be signed all the same."""
        try:
            self.journal.append(kind, payload)
        except DatalabError:
            log.exception("%s could not be journaled: %s", kind, payload)

    def _moved(self, seen: list[Seen], moment: datetime) -> bool:
        if self._last is None or (_heads(seen), _alarms(seen)) != (self._last.heads, self._last.alarms):
            return True
        return written_moment(moment - HEARTBEAT) >= self._last.moment

    def _sign(self, seen: list[Seen], moment: datetime) -> Checkpoint:
        made = sign(self.key, self._last, written_moment(moment), _heads(seen), _alarms(seen))
        self._ledger.append(made)
        self._last = made
        return made


def _heads(seen: list[Seen]) -> dict[str, ChainHead]:
    return {each.account: each.head for each in seen}


def _alarms(seen: list[Seen]) -> dict[str, Trouble]:
    return {each.account: each.trouble for each in seen if each.trouble is not None}
