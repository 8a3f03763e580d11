"""A workspace ends: stopped, removed, and nothing left on the host but its spaces.

An end is journaled before it happens; where it cannot be, it happens all the same: a workspace that
must go does not stay because a disk is full. The record says first that it leaves, so that whoever
finds it after a crash finishes.
"""

from __future__ import annotations

import logging
from contextlib import suppress

from hub.guard.errors import GuardError
from hub.guard.host.docker import Container
from hub.guard.lifecycle.own import Own
from hub.guard.lifecycle.records import Record
from hub.guard.parts import Parts
from policies.names import WorkspaceName, find_workspace_name

log = logging.getLogger("datalab.guard")


def stop(parts: Parts, own: Own, seconds: int) -> None:
    """Stop it, politely first."""
    if own.container.running:
        note_end(parts, own, "asked")
        live = parts.present.running.find(own.name)
        if live is not None:
            live.leaving = True
        _mark_leaving(parts, own.name)
        parts.engine.stop(own.container.id, seconds)


def remove(parts: Parts, own: Own, reason: str = "asked") -> None:
    """Stop it if it runs, and remove all that was made for it."""
    note_end(parts, own, reason)
    discard(parts, own.name, own.container.id)


def abandon(parts: Parts, own: Own, reason: str) -> None:
    """Remove a workspace that did not come up; one of the same name that came after it stays."""
    if _is_latest(parts, own):
        parts.diary.try_to_write("stop", payload(own, reason))
        discard(parts, own.name, own.container.id)


def discard_if_latest(parts: Parts, own: Own) -> None:
    """Take away what was made for a workspace that was killed; one of the same name that came after it stays."""
    if _is_latest(parts, own):
        discard(parts, own.name, own.container.id)


def _is_latest(parts: Parts, own: Own) -> bool:
    record = parts.kept.records.trusted(own.name)
    return record is not None and record.id == own.container.id


def note_end(parts: Parts, own: Own, reason: str) -> None:
    """Journal an end, once: of what the journal says to have started, and not yet to have ended."""
    if own.record.is_owed_an_end:
        parts.diary.try_to_write("stop", payload(own, reason))


def discard(parts: Parts, name: WorkspaceName, identity: str) -> None:
    """Kill and remove a container, then its mounts, socket folder and record.

    Raises TroubleError when Docker does not answer: the host's side of its mounts is gone all the same.
    """
    record = _mark_leaving(parts, name)
    try:
        parts.engine.remove(identity)
    except GuardError:
        parts.stage.strike(str(name))
        raise
    parts.present.running.drop(name, identity)
    clear(parts, name, record)


def clear(parts: Parts, name: WorkspaceName, record: Record | None) -> None:
    """Take away what was made for a workspace whose container is gone; what cannot be now, the next sweep finds."""
    try:
        parts.stage.clear(name)
        parts.kept.records.forget(name)
    except OSError as error:
        log.warning("%s: gone, and not all of it could be cleared: %s", name, error)
    if record is not None and record.held is not None:
        parts.kept.quotas.measure_later(record.held.home, record.held.project)


def _mark_leaving(parts: Parts, name: WorkspaceName) -> Record | None:
    """The record as it was before; where it cannot be written, the end comes all the same."""
    record = parts.kept.records.trusted(name)
    if record is not None and record.state != "leaving":
        with suppress(OSError):
            parts.kept.records.write(record.at("leaving"), durable=False)
    return record


def discard_stranger(parts: Parts, container: Container) -> None:
    """Kill and remove a container that bears our labels and that no record vouches for.

    An attack, unless it is what Docker made of a creation of the guard's that was interrupted.
    """
    name = find_workspace_name(container.name)
    record = parts.kept.records.trusted(name) if name else None
    if record is None or record.state != "creating" or not container.never_ran:
        what = {"container": container.id, "name": container.name, "reason": "not created by the guard"}
        parts.diary.try_to_write("attack", what)
    parts.engine.remove(container.id)


def payload(own: Own, reason: str) -> dict[str, str]:
    """What the journal says of a workspace's end."""
    return {
        "workspace": str(own.name),
        "person": own.name.person,
        "processing": own.name.processing,
        "container": own.container.id,
        "reason": reason,
    }
