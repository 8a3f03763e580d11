"""When the guard starts, what an earlier one left is compared with what runs.

Running workspaces that the guard created and compared stay. Everything else goes: containers that
were created and not started, stopped, or never compared, and what was laid out for them.
"""

from __future__ import annotations

import grp
import pwd

from hub.guard.closing import discard_stranger, remove
from hub.guard.docker import Container
from hub.guard.own import Own
from hub.guard.parts import Parts
from hub.guard.running import pid_of
from policies.errors import DatalabError
from policies.names import LARGEST_NUMBER, PERSON_UID_BASE, PROCESSING_GID_BASE

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


def tidy(parts: Parts) -> list[str]:
    """Clear what does not stand; the names of the workspaces that keep running."""
    standing = {str(name) for each in parts.engine.list(parts.site) if (name := _settle(parts, each))}
    for name in parts.stage.names():
        if name in standing:
            parts.stage.strike(name)
        else:
            parts.stage.clear(name)
    parts.kept.records.keep_only(standing)
    return sorted(standing)


def _settle(parts: Parts, container: Container) -> str | None:
    """The name of a container that may keep running; any other is removed."""
    own = parts.recognise(container)
    if own is None:
        discard_stranger(parts, container)
        return None
    if _follow(parts, own):
        return str(own.name)
    remove(parts, own, "the guard restarted before it was compared" if container.running else "not running")
    return None


def _follow(parts: Parts, own: Own) -> bool:
    """Follow a workspace that runs and was compared; its process is seen again after it was taken hold of."""
    held, pid = own.record.held, own.container.pid
    if not own.container.running or own.record.state != "checked" or held is None:
        return False
    try:
        live = parts.present.running.add(own, held, pid)
    except ProcessLookupError:
        return False
    live.answers = True
    return pid_of(parts.engine, own.container.id) == pid
