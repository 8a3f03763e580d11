"""What the guard does besides answering: it looks at the sources, at the directory, at deaths, at what drifted.

Each look has a thread of its own, so that a directory that is slow delays no other. While nobody
enforces, nothing starts; a guard whose enforcement is stuck ends itself, and the supervisor starts another.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from threading import Event, Thread

from hub.guard.errors import TroubleError
from hub.guard.judging.ground import Ground
from hub.guard.parts import Parts
from hub.guard.watching.ending import Ending
from hub.guard.watching.enforce import Enforcer
from hub.guard.watching.sweep import Sweep
from hub.guard.watching.tidy import tidy

log = logging.getLogger("datalab.guard")
TICK_S = 0.2
KEEP_S = 0.5
PEOPLE_S = 5.0
SWEEP_S = 30.0
MEASURE_S = 5.0
MEASURE_RUNNING_S = 600.0
RETRY_S = 1.0
LATE_S = 10.0
STUCK_S = 60.0
FIRST_ANSWER_S = 5.0
STUCK = 70
BEHIND = (
    "the clock is behind a moment that was seen: nothing starts until it is there again,"
    " or until somebody vouches for it with `python -m hub.launch clock`"
)


class Watch:
    """The guard's threads."""

    def __init__(
        self,
        parts: Parts,
        ground: Ground,
        enforcer: Enforcer,
        ending: Ending,
        clock: Callable[[], datetime],
        keep: Callable[[], None],
    ) -> None:
        """`keep` writes down what was verified, beside enforcement: nobody's end waits long for a disk."""
        self._parts = parts
        self._ground = ground
        self._enforcer = enforcer
        self._ending = ending
        self._clock = clock
        self._keep = keep
        self._swept = Sweep(parts, ground.seconds)
        self._news = Event()
        self._stopped = Event()
        self._asked = Event()
        self._tidied = False
        self._looked = self._measured = time.monotonic()

    def start(self) -> list[str]:
        """Look for the first time, tidy, then look for ever; the names of the workspaces that keep running.

        The directory comes first: what nobody could verify while the guard was away is verified now. Docker
        comes last: without it what runs is watched over all the same, and tidied once it answers.
        """
        self._look_for_ever(self._ask_directory, self._stopped, PEOPLE_S)
        self._asked.wait(FIRST_ANSWER_S)
        self._enforce()
        self._look_for_ever(self._enforce, self._news, TICK_S)
        self._look_for_ever(self._keep, self._stopped, KEEP_S)
        standing = self._try_to_tidy()
        for look, pause in ((self._hear_deaths, RETRY_S), (self._sweep, SWEEP_S), (self._measure, MEASURE_S)):
            self._look_for_ever(look, self._stopped, pause)
        return standing

    def _look_for_ever(self, look: Callable[[], None], woken: Event, pause: float) -> None:
        Thread(target=self._forever, args=(look, woken, pause), daemon=True).start()

    def _try_to_tidy(self) -> list[str]:
        try:
            return self._tidy()
        except TroubleError as error:
            log.warning("not tidied yet: %s", error)
            return sorted(str(live.name) for live in self._parts.present.running.all())

    def _tidy(self) -> list[str]:
        standing = tidy(self._parts, self._clock())
        self._tidied = True
        return standing

    def stop(self) -> None:
        """Look no more, once every end that began is carried out; running workspaces stay."""
        self._stopped.set()
        self._news.set()
        self._ending.finish()
        with suppress(TroubleError):
            self._parts.diary.pay()

    def check(self) -> None:
        """Raises TroubleError when nobody enforces, or the clock cannot be trusted: then nothing may start."""
        if time.monotonic() - self._looked > LATE_S:
            raise TroubleError("Les droits ne sont plus surveillés : rien ne démarre. Prévenez la DINUM.")
        if self._ground.went_back(self._clock()):
            log.warning(BEHIND)
            raise TroubleError("L'horloge de la machine a reculé : rien ne démarre. Prévenez la DINUM.")
        if not self._tidied:
            raise TroubleError("Docker ne répond pas : rien ne démarre. Réessayez dans quelques minutes.")

    def _forever(self, look: Callable[[], None], woken: Event, pause: float) -> None:
        said = ""
        while not self._stopped.is_set():
            try:
                look()
                said = ""
            except TroubleError as error:
                if str(error) != said:
                    log.warning("%s", error)
                said = str(error)
            except Exception:  # the thread's edge: what was not foreseen is logged, and the next look comes
                log.exception("not foreseen")
            woken.wait(pause)

    def _enforce(self) -> None:
        self._news.clear()
        self._enforcer.tick(self._clock())
        self._looked = time.monotonic()

    def _ask_directory(self) -> None:
        people = [live.name.person for live in self._parts.present.running.all()]
        if people:
            self._ground.read_people(people)
            self._news.set()
        self._asked.set()
        if time.monotonic() - self._looked > STUCK_S:
            log.critical("enforcement is stuck; ending, to be started anew")
            os._exit(STUCK)

    def _hear_deaths(self) -> None:
        """Blocks while Docker tells; raises TroubleError when it stops telling. Who died unheard is looked at first."""
        for live in self._parts.present.running.all():
            if live.dead:
                self._ending.reap(live.own.container.id, self._clock())
        for identity in self._parts.engine.deaths(self._parts.site):
            if self._stopped.is_set():
                return
            self._ending.reap(identity, self._clock())

    def _measure(self) -> None:
        """Spaces of what ended, and now and then of what runs."""
        if time.monotonic() - self._measured > MEASURE_RUNNING_S:
            self._measured = time.monotonic()
            for live in self._parts.present.running.all():
                self._parts.kept.quotas.measure_later(live.held.home, live.held.project)
        if self._parts.kept.quotas.measure_waiting():
            for live in self._parts.present.running.all():
                live.full = " ".join(self._parts.kept.quotas.exceeded(live.held.home, live.held.project))

    def _sweep(self) -> None:
        if not self._tidied:
            self._tidy()
        self._swept.look(partial(self._ending.reap, now=self._clock(), left=True))
        self._parts.diary.pay()


def make_watch(parts: Parts, ground: Ground, clock: Callable[[], datetime]) -> Watch:
    """What watches over an installation's workspaces."""

    def keep() -> None:
        ground.keep(clock(), [live.name.person for live in parts.present.running.all() if not live.ending])

    ending = Ending(parts, keep)
    return Watch(parts, ground, Enforcer(parts, ground, ending), ending, clock, keep)
