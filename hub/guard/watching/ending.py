"""A workspace is told of its end, asked to stop, killed: the reason is kept and journaled before, the hub told after.

Where reason or journal cannot be written, or a disk takes its time over them, the end comes all the same.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from typing import Any

from hub.guard.errors import GuardError
from hub.guard.judging.effects import Cause, Loss
from hub.guard.lifecycle import closing
from hub.guard.lifecycle.own import Own
from hub.guard.parts import Parts
from hub.guard.watching.ended import Ended
from hub.guard.watching.notice import Notice
from hub.guard.watching.running import Live

log = logging.getLogger("datalab.guard")
ENDS_AT_ONCE = 16
REMOVED_AT_ONCE = 4
DEATH_S = 5.0
EXPLAINED_S = 1.0  # of the two seconds within which an end comes
Told = tuple[Future[None], float]
"""What keeps and journals a reason, and until when (steady seconds) an end waits for it."""


class Ending:
    """Carries out what enforcement decides; nobody's death waits for the removal of what is dead."""

    def __init__(self, parts: Parts, keep: Callable[[], None]) -> None:
        """`keep` writes down the latest moment: what ended by it does not come back with the next guard."""
        self._parts = parts
        self._keep = keep
        self._now = ThreadPoolExecutor(ENDS_AT_ONCE)
        self._told = ThreadPoolExecutor(ENDS_AT_ONCE)
        self._later = ThreadPoolExecutor(REMOVED_AT_ONCE)

    def finish(self) -> None:
        """Carry out what was begun, and take nothing more."""
        for pool in (self._now, self._told, self._later):
            pool.shutdown()

    def announce(self, live: Live, notice: Notice | None) -> None:
        """Show a notice inside the workspace, or take the last one away; the same one is shown once."""
        if live.announced == notice:
            return
        live.announced = notice
        try:
            self._parts.stage.announce(live.name, notice.model_dump_json() if notice else None)
        except OSError as error:
            log.warning("%s: no notice could be shown: %s", live.name, error.strerror)
        if notice:
            payload = {
                "workspace": str(live.name),
                "level": notice.level,
                "end": notice.end.isoformat() if notice.end else None,
            }
            self._told.submit(self._parts.diary.try_to_write, "notice", payload)

    def ask(self, live: Live, lost: tuple[Loss, ...], now: datetime) -> None:
        """Have the workspace asked to stop, ten seconds before it is killed."""
        self._now.submit(self._ask, live, self._tell(live, "right", lost, now))

    def kill(self, live: Live, cause: Cause, lost: tuple[Loss, ...], now: datetime) -> None:
        """Have every process of the workspace killed; what was made for it is taken away afterwards."""
        self._now.submit(self._kill, live, self._tell(live, cause, lost, now))

    def _ask(self, live: Live, told: Told) -> None:
        _wait_for(live, told)
        live.signal(signal.SIGTERM)

    def _kill(self, live: Live, told: Told) -> None:
        _wait_for(live, told)
        live.signal(signal.SIGKILL)
        self._later.submit(self._take_away, live)

    def _tell(self, live: Live, cause: Cause, lost: tuple[Loss, ...], now: datetime) -> Told:
        return self._told.submit(self._explain, live, cause, lost, now), time.monotonic() + EXPLAINED_S

    def _take_away(self, live: Live) -> None:
        if not live.wait_dead(DEATH_S):
            log.error("%s: still alive after SIGKILL", live.name)
        self._parts.present.turns.take(live.name, lambda: self._discard(live.own))

    def _explain(self, live: Live, cause: Cause, lost: tuple[Loss, ...], now: datetime) -> None:
        self._keep()
        try:
            self._parts.kept.ended.write(live.name, Ended(moment=now, cause=cause, losses=lost))
        except OSError as error:
            log.warning("%s: why it ends could not be kept: %s", live.name, error.strerror)
        self._parts.diary.try_to_write("enforcement", _payload(live, cause, lost))

    def _discard(self, own: Own) -> None:
        """Docker forgets the container; where it cannot now, the next sweep does."""
        try:
            closing.discard_if_latest(self._parts, own)
        except (GuardError, OSError) as error:
            log.warning("%s: killed, not yet removed: %s", own.name, error)
        self._parts.present.bell.ring(str(own.name))

    def reap(self, identity: str, now: datetime, left: bool = False) -> None:
        """A workspace whose first process died by itself is taken away.

        One that starts, or that the hub stops, is theirs, unless it was `left` for a while.
        """
        own = self._find(identity)
        if own is not None:
            self._parts.present.turns.take(own.name, lambda: self._reap(identity, now, left))

    def _find(self, identity: str) -> Own | None:
        container = self._parts.engine.find(identity)
        return self._parts.recognise(container) if container else None

    def _reap(self, identity: str, now: datetime, left: bool) -> None:
        own = self._find(identity)
        if own is None or own.container.running:
            return
        live = self._parts.present.running.find(own.name)
        if not left and (live is None or not live.answers or live.ending or live.leaving):
            return
        if live is not None and not (live.asked or live.leaving):
            self._parts.kept.ended.write_death(own.name, now, own.container.state)
        closing.note_end(self._parts, own, "ended by itself")
        self._discard(own)


def _wait_for(live: Live, told: Told) -> None:
    """Return once the reason is kept and journaled; what a disk has not taken in time it takes when it can."""
    telling, end = told
    if not wait([telling], max(0.0, end - time.monotonic())).done:
        log.warning("%s: ends before the disk took why", live.name)
    elif (error := telling.exception()) is not None:
        log.error("%s: why it ends could not be told", live.name, exc_info=error)


def _payload(live: Live, cause: str, lost: tuple[Loss, ...]) -> dict[str, Any]:
    ended = [
        {"part": loss.part, "rule": refusal.rule, "source": refusal.source, "article": refusal.article}
        for loss in lost
        for refusal in loss.refusals
    ]
    return closing.payload(live.own, cause) | {"lost": ended}
