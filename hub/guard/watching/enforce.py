"""Whatever takes a right away ends the workspaces that lost it, and only those; the clock takes rights away too.

Each tick judges again what rests on something that changed: law, register, keys, person, day, the
labels of mounted spaces. It needs neither the hub nor Docker to kill.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from hub.guard.judging.effects import DIRECTORY, GUARD, REGISTER, Cause, End, Loss, known_end, losses, said
from hub.guard.judging.ground import STANDING, Ground, Known
from hub.guard.judging.sources import Snapshot
from hub.guard.parts import Parts
from hub.guard.watching.ending import Ending
from hub.guard.watching.notice import ANNOUNCED, Notice, due, make_notice
from hub.guard.watching.running import Live
from policies.access.decision import Decision
from policies.access.workspace import UnknownProcessingError, decide_workspace
from policies.calendar import ONE_DAY, end_of, paris_day

log = logging.getLogger("datalab.guard")
SILENCE_TOLD = timedelta(minutes=2)
UNKNOWN_PERSON = "L'annuaire ne vous connaît plus."
UNKNOWN_PROCESSING = "Le registre ne connaît plus ce traitement."
UNFORESEEN = "Le gardien n'a pas pu vérifier votre droit : une erreur ne laisse rien ouvert."
FULL = "Au prochain démarrage, votre espace ne s'ouvrira pas : retirez des fichiers."
SILENT = "La loi, le registre ou l'annuaire ne répondent plus : sans eux, aucun droit ne peut être vérifié."


class Enforcer:
    """Judges running workspaces. `tick` is called by one thread; ends are carried out beside it."""

    def __init__(self, parts: Parts, ground: Ground, ending: Ending) -> None:
        self._parts = parts
        self._ground = ground
        self._ending = ending

    def tick(self, clock: datetime) -> None:
        """Read the sources, judge what must be judged, do what the clock asks for."""
        now = self._ground.steady(clock)
        self._ground.read_snapshot()
        running = [live for live in self._parts.present.running.all() if not live.ending]
        for live in running:
            self._look_at(live, now)

    def _look_at(self, live: Live, now: datetime) -> None:
        if self._ground.silence(live.name.person) > STANDING:
            self._end(live, "source", (said(GUARD, SILENT),), now)
            return
        self._judge_if_changed(live, now)
        if not live.ending:
            self._announce(live, now)

    def _judge_if_changed(self, live: Live, now: datetime) -> None:
        """Judge, unless law, register, keys, person, day and labels are those of the last time."""
        snapshot, known = self._ground.snapshot, self._ground.known(live.name.person)
        if snapshot is None or known is None:
            return
        ground = (id(snapshot), known.person, paris_day(now), self._parts.kept.spaces.changes)
        if live.judged == ground:
            return
        lost, end = self._judge(live, snapshot, known, paris_day(now))
        live.judged, live.end = ground, end
        if lost:
            self._end(live, "right", lost, now)

    def _judge(self, live: Live, snapshot: Snapshot, known: Known, day: date) -> tuple[tuple[Loss, ...], End | None]:
        """What is lost on a day, and when something will be."""
        try:
            labels = self._parts.kept.spaces.labels(live.held.home, live.held.project)
            decide = _decider(live, snapshot, known)

            def lost(decision: Decision) -> tuple[Loss, ...]:
                return losses(live.held, labels, decision, snapshot.register)

            decision = decide(day)
            found = lost(decision)
            horizon = day + ANNOUNCED + ONE_DAY
            return found, None if found else known_end(decide, lost, decision, horizon)
        except _LostError as error:
            return (error.loss,), None
        except Exception:  # whatever was not foreseen is denied: a right that nobody can verify is none
            log.exception("%s: could not be judged", live.name)
            return (said(GUARD, UNFORESEEN),), None

    def _announce(self, live: Live, now: datetime) -> None:
        """Tell the people inside of an end that is near, then ask their workspace to stop."""
        ending = _end_of(live, now, self._ground.silence(live.name.person))
        if ending is None:
            full = Notice(level="week", end=None, text=f"{live.full} {FULL}") if live.full else None
            self._ending.announce(live, full)
            return
        moment, lost = ending
        todo = due(moment, now)
        notice = make_notice(todo.level, moment, _sentences(lost)) if todo.level else None
        self._ending.announce(live, notice)
        if todo.asked_to_stop and not live.asked:
            live.asked = True
            self._ending.ask(live, lost, now)

    def _end(self, live: Live, cause: Cause, lost: tuple[Loss, ...], now: datetime) -> None:
        live.ending = True
        self._ending.kill(live, cause, lost, now)


class _LostError(Exception):
    """Raised when a person or a processing is not there any more: nothing is left to decide on."""

    def __init__(self, loss: Loss) -> None:
        self.loss = loss
        super().__init__()


def _decider(live: Live, snapshot: Snapshot, known: Known) -> Callable[[date], Decision]:
    """The decision on a day; raises _LostError when nobody can be decided on."""
    person, name = known.person, live.name
    if person is None:
        raise _LostError(said(DIRECTORY, UNKNOWN_PERSON))

    def decide(day: date) -> Decision:
        try:
            return decide_workspace(
                snapshot.law, snapshot.register, person, live.held.factors, name.processing, day, snapshot.keys
            )
        except UnknownProcessingError:
            raise _LostError(said(REGISTER, UNKNOWN_PROCESSING)) from None

    return decide


def _end_of(live: Live, now: datetime, silence: timedelta) -> tuple[datetime, tuple[Loss, ...]] | None:
    """The end of the patience with a silent source, or else the known end."""
    if silence > SILENCE_TOLD:
        return now + STANDING - silence, (said(GUARD, SILENT),)
    return (end_of(live.end.day), live.end.losses) if live.end else None


def _sentences(lost: tuple[Loss, ...]) -> list[str]:
    return [refusal.message for loss in lost for refusal in loss.refusals]
