"""Once a day the keeper deletes what is past its term, as the law of that day sets it, if the day is believed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from onboarding.keeper.diary import Diary
from onboarding.keeper.pace import Pace
from onboarding.keeper.purging import Failure, purge
from onboarding.keeper.terms import Terms
from policies.engine.model import Law
from policies.errors import InvalidFilesError

log = logging.getLogger("datalab.keeper")


@dataclass
class DailyPurge:
    """The purge of every chain below a journal's folder; a chain that refuses keeps no other from it."""

    journal: Path
    diary: Diary
    clock: Callable[[], datetime]
    seconds: Callable[[], float]
    _pace: Pace = field(init=False)
    _done_on: date | None = None

    def __post_init__(self) -> None:
        self._pace = Pace(self.seconds)

    def run(self, law: Law | None, moment: datetime) -> None:
        """Purge unless it was done that day; called at each round.

        Without a law nothing is deleted, nor with one that leaves a class out, nor by a clock that has just leapt.
        """
        believed = self._pace.is_believed(moment)
        if law is None or not believed or self._done_on == moment.date():
            return
        self._done_on = moment.date()
        try:
            kept = Terms(law).first_kept(moment.date())
        except InvalidFilesError as error:
            log.warning("nothing is purged: %s", error)
            return
        for each in purge(self.journal, kept, self.clock):
            if isinstance(each, Failure):
                log.warning("%s: not purged: %s", each.account, each.why)
                self.diary.tell_broken(each.account, 0, "not purged")
            else:
                log.info("%s: %d days of %s purged", each.account, len(each.days), each.class_)
