"""What runs is compared with what the guard made, now and then: what nobody vouches for goes.

Deaths that were not heard, containers that were created and never started, that a failure left half
started or half stopped, that bear the datalab's labels and are not the guard's; and what is laid out or
recorded for a container that is gone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial

from hub.guard.errors import GuardError
from hub.guard.host.docker import Container
from hub.guard.lifecycle.closing import clear, discard_stranger, remove
from hub.guard.lifecycle.own import Own, bears_labels
from hub.guard.lifecycle.records import NOT_YET
from hub.guard.parts import Parts
from policies.names import find_workspace_name

UNSTARTED_S = 120.0
LEFT_S = 60.0
log = logging.getLogger("datalab.guard")


class Sweep:
    """Looks at every container of this site, and remembers since when each is as it is.

    `seconds` is a clock that only goes forward: the machine's may leap, and Docker's is the machine's.
    """

    def __init__(self, parts: Parts, seconds: Callable[[], float]) -> None:
        self._parts = parts
        self._seconds = seconds
        self._since: dict[tuple[str, str], float] = {}

    def look(self, reap: Callable[[str], None]) -> None:
        """Once; `reap` takes away a workspace that died."""
        containers = self._parts.engine.list(self._parts.site)
        seen = {self._state(each) for each in containers} | {(name, "creating") for name in self._creating()}
        self._since = {key: self._since.get(key, self._seconds()) for key in seen}
        for container in containers:
            _carefully(container.name, partial(self._look_at, container, reap))
        self._clear_what_is_left({each.name for each in containers})

    def _state(self, container: Container) -> tuple[str, str]:
        return container.id, "running" if container.running else "not running"

    def _lasts(self, key: tuple[str, str], seconds: float) -> bool:
        return self._seconds() - self._since.get(key, self._seconds()) > seconds

    def _creating(self) -> list[str]:
        return [str(name) for name, record in self._parts.kept.records.all() if record.state == "creating"]

    def _look_at(self, container: Container, reap: Callable[[str], None]) -> None:
        own = self._parts.recognise(container)
        if own is None:
            in_turn(self._parts, container.name, partial(self._discard_stranger, container.id))
        elif self._half_done(own):
            in_turn(self._parts, container.name, partial(self._remove_half_done, container.id))
        elif not container.running and self._lasts(self._state(container), LEFT_S):
            reap(container.id)

    def _half_done(self, own: Own) -> str | None:
        """Why a workspace is to go, if nobody has a turn on it; None when it is well."""
        state, running, since = own.record.state, own.container.running, self._state(own.container)
        if state == "starting":
            return "its start was interrupted"
        if state == "leaving" and (running or self._lasts(since, LEFT_S)):
            return "its stop was interrupted"
        if state == "created" and self._lasts(since, UNSTARTED_S):
            return "never started"
        if running and self._parts.present.running.find(own.name) is None:
            return "nobody watched over it"
        return None

    def _discard_stranger(self, identity: str) -> None:
        found = self._parts.engine.find(identity)
        if found and self._parts.recognise(found) is None:
            discard_stranger(self._parts, found)

    def _remove_half_done(self, identity: str) -> None:
        found = self._parts.engine.find(identity)
        own = self._parts.recognise(found) if found else None
        reason = self._half_done(own) if own else None
        if own and reason:
            remove(self._parts, own, reason)

    def _clear_what_is_left(self, containers: Iterable[str]) -> None:
        for name in sorted((self._parts.stage.names() | self._parts.kept.records.names()) - set(containers)):
            _carefully(name, partial(in_turn, self._parts, name, partial(self._clear, name)))

    def _clear(self, name: str) -> None:
        """What was made for a workspace whose container is gone, unless Docker may still be making one."""
        known, found = find_workspace_name(name), self._parts.engine.find(name)
        if known is None:
            self._parts.stage.clear(name)
        elif found is None or not bears_labels(found, self._parts.site):
            record = self._parts.kept.records.trusted(known)
            if record is None or record.state != "creating" or self._lasts((name, "creating"), UNSTARTED_S):
                self._parts.present.running.drop(known, record.id if record else NOT_YET)
                clear(self._parts, known, record)


def in_turn(parts: Parts, name: str, work: Callable[[], None]) -> None:
    """What is half done may go on: having the turn tells that it does not. What has no workspace's name takes none."""
    known = find_workspace_name(name)
    if known is None:
        work()
    else:
        parts.present.turns.take(known, work)


def _carefully(name: str, work: Callable[[], None]) -> None:
    """One that cannot be dealt with now is in no other's way."""
    try:
        work()
    except (GuardError, OSError) as error:
        log.warning("%s: not swept: %s", name, error)
