"""What runs is compared with what the guard made, now and then: what nobody vouches for goes.

Deaths that were not heard, containers that were created and never started, containers that bear the
datalab's labels and are not the guard's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from hub.guard.closing import discard_stranger, remove
from hub.guard.docker import Container
from hub.guard.parts import Parts
from policies.names import WorkspaceName, parse_workspace_name

UNSTARTED = timedelta(minutes=2)
LEFT = timedelta(minutes=1)


def sweep(parts: Parts, now: datetime, reap: Callable[[str], None]) -> None:
    """Look at every container of this site once."""
    for container in parts.engine.list(parts.site):
        own = parts.recognise(container)
        if own is None:
            _in_turn(parts, container, partial(_discard_stranger, parts, container.id))
        elif own.record.state == "created" and now - container.made > UNSTARTED:
            parts.present.turns.take(own.name, partial(_remove_unstarted, parts, container.id))
        elif own.record.state == "checked" and not container.running and now - container.finished > LEFT:
            reap(container.id)


def _in_turn(parts: Parts, container: Container, work: Callable[[], None]) -> None:
    """A container has no record for the moment between its creation and that of the record: its turn tells."""
    name = _name_of(container)
    if name is None:
        work()
    else:
        parts.present.turns.take(name, work)


def _discard_stranger(parts: Parts, identity: str) -> None:
    found = parts.engine.find(identity)
    if found and parts.recognise(found) is None:
        discard_stranger(parts, found)


def _remove_unstarted(parts: Parts, identity: str) -> None:
    found = parts.engine.find(identity)
    own = parts.recognise(found) if found else None
    if own and own.record.state == "created":
        remove(parts, own, "never started")


def _name_of(container: Container) -> WorkspaceName | None:
    try:
        return parse_workspace_name(container.name)
    except ValueError:
        return None
