"""How many files and connections a process of ours may have open: more than the thousand that a login gives."""

from __future__ import annotations

import resource

OPEN_FILES = 16 * 1024


def allow_open_files() -> None:
    """Raise this process's own limit, as far as the machine lets it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(most, OPEN_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
