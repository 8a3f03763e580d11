"""How much memory a process of ours may have: at the limit a request is refused, and the process goes on."""

from __future__ import annotations

import resource

MIB = 1024 * 1024


def limit_memory(mib: int) -> None:
    """Limit this process's own data, its threads' stacks included, for good; what is only reserved is not counted."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = mib * MIB if most == resource.RLIM_INFINITY else min(most, mib * MIB)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted, wanted))
