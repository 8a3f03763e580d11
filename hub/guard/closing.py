"""A workspace ends: stopped, removed, and nothing left on the host but its spaces.

An end is journaled before it happens; where it cannot be, it happens all the same: a workspace that
must go does not stay because a disk is full.
"""

from __future__ import annotations

from hub.guard.docker import Container
from hub.guard.own import Own
from hub.guard.parts import Parts
from policies.names import WorkspaceName


def stop(parts: Parts, own: Own, seconds: int) -> None:
    """Stop it, politely first."""
    if own.container.running:
        parts.diary.try_to_write("stop", payload(own, "asked"))
        live = parts.present.running.find(own.name)
        if live is not None:
            live.leaving = True
        parts.engine.stop(own.container.id, seconds)


def remove(parts: Parts, own: Own, reason: str = "asked") -> None:
    """Stop it if it runs, and remove all that was made for it."""
    if own.container.running:
        parts.diary.try_to_write("stop", payload(own, reason))
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
    record = parts.kept.records.read(own.name)
    return record is not None and record.id == own.container.id


def discard(parts: Parts, name: WorkspaceName, identity: str) -> None:
    """Kill and remove a container, then its mounts, socket folder and record."""
    record = parts.kept.records.read(name)
    parts.engine.remove(identity)
    parts.present.running.drop(name, identity)
    parts.stage.clear(name)
    parts.kept.records.forget(name)
    if record is not None and record.held is not None:
        parts.kept.quotas.measure_later(record.held.home, record.held.project)


def discard_stranger(parts: Parts, container: Container) -> None:
    """Kill and remove a container that bears our labels and that the guard did not create."""
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
