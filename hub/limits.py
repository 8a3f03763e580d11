"""What a process of ours may have of the machine: memory up to a limit, and more open files than a login gives."""

from __future__ import annotations

import resource

MIB = 1024 * 1024
OPEN_FILES = 16 * 1024


def limit_memory(mib: int) -> None:
    """Limit this process's own data, its threads' stacks included, for good; what is only reserved is not counted."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = mib * MIB if most == resource.RLIM_INFINITY else min(most, mib * MIB)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, wanted))


def allow_open_files() -> None:
    """Raise this process's own limit, as far as the machine lets it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(most, OPEN_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
