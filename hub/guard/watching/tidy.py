"""When the guard starts, what an earlier one left is compared with what runs.

Running workspaces that the guard created, compared and saw to answer stay. Everything else goes:
containers that were created and not started, stopped, or never seen to answer, and what was laid out for
them. Without Docker nothing is cleared, and what runs is watched over all the same.
"""

from __future__ import annotations

import grp
import logging
import pwd
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial

from hub.guard.errors import GuardError
from hub.guard.host.docker import Container
from hub.guard.lifecycle.closing import discard_stranger, remove
from hub.guard.lifecycle.own import Own
from hub.guard.parts import Parts
from hub.guard.watching.running import pid_of
from hub.guard.watching.sweep import in_turn
from policies.errors import DatalabError
from policies.names import LARGEST_NUMBER, PERSON_UID_BASE, PROCESSING_GID_BASE

NOT_RUNNING = "ended while the guard was away"
log = logging.getLogger("datalab.guard")
_PEOPLE = range(PERSON_UID_BASE, PERSON_UID_BASE + LARGEST_NUMBER + 1)
_PROCESSINGS = range(PROCESSING_GID_BASE, PROCESSING_GID_BASE + LARGEST_NUMBER + 1)


def accounts_in_the_way(users: dict[str, int], groups: dict[str, int]) -> list[str]:
    """The host's accounts and groups whose numbers are those of people or processings. Pure."""
    taken = [(name, number) for table in (users, groups) for name, number in table.items()]
    return sorted({f"{name} ({n})" for name, n in taken if n in _PEOPLE or n in _PROCESSINGS})


def check_host_accounts() -> None:
    """Raises DatalabError when an account of this host would own people's files."""
    users = {each.pw_name: each.pw_uid for each in pwd.getpwall()}
    groups = {each.gr_name: each.gr_gid for each in grp.getgrall()}
    found = accounts_in_the_way(users, groups)
    if found:
        raise DatalabError(
            f"host accounts {', '.join(found)}: their numbers are kept for people and processings "
            f"({_PEOPLE.start}-{_PEOPLE.stop - 1}, {_PROCESSINGS.start}-{_PROCESSINGS.stop - 1}); "
            "give them other numbers"
        )


def resume(parts: Parts) -> None:
    """Follow what an earlier guard left running, by its records: rights end also while Docker does not answer."""
    for name, record in parts.kept.records.all():
        if record.state == "answering" and record.held is not None and record.process is not None:
            container = Container(record.id, str(name), created="", state={}, config={})
            with suppress(ProcessLookupError):
                parts.present.running.resume(Own(name, container, record), record.held, record.process)


def tidy(parts: Parts, now: datetime) -> list[str]:
    """Clear what does not stand; the names of the workspaces that keep running. Raises TroubleError without Docker."""
    kept: dict[str, bool] = {}
    for container in parts.engine.list(parts.site):
        with _kept_for_later(container.name, kept):
            in_turn(parts, container.name, partial(_settle, parts, container.id, now, kept))
    for name in parts.stage.names():
        with _kept_for_later(name, {}):
            parts.stage.strike(name) if name in kept else parts.stage.clear(name)
    with _kept_for_later("records", {}):
        parts.kept.records.keep_only(kept)
    for live in parts.present.running.all():
        if str(live.name) not in kept:
            parts.present.running.drop(live.name, live.own.container.id)
    return sorted(name for name, stands in kept.items() if stands)


@contextmanager
def _kept_for_later(name: str, kept: dict[str, bool]) -> Iterator[None]:
    """What cannot be dealt with now keeps nobody from watching over the others: the next sweep finds it."""
    try:
        yield
    except (GuardError, OSError) as error:
        log.warning("%s: left for later: %s", name, error)
        kept[name] = False


def _settle(parts: Parts, identity: str, now: datetime, kept: dict[str, bool]) -> None:
    """A container that may keep running is kept; any other is removed."""
    container = parts.engine.find(identity)
    if container is None:
        return
    own = parts.recognise(container)
    if own is None:
        discard_stranger(parts, container)
    elif _follow(parts, own):
        kept[str(own.name)] = True
    else:
        if own.record.state == "answering" and not container.running:
            parts.kept.ended.write_death(own.name, now, container.state)
        remove(parts, own, "the guard restarted before it answered" if container.running else NOT_RUNNING)


def _follow(parts: Parts, own: Own) -> bool:
    """Follow a workspace that ran and answered; its process is seen again after it was taken hold of."""
    held, pid = own.record.held, own.container.pid
    if not own.container.running or own.record.state != "answering" or held is None:
        return False
    if parts.present.running.find(own.name) is None:
        try:
            parts.present.running.add(own, held, pid).answers = True
        except ProcessLookupError:
            return False
    return pid_of(parts.engine, own.container.id) == pid
