"""Who acts at the machine: the number of a host account, never its name."""

from __future__ import annotations

import os


def operator_uid() -> int:
    """The account that became root by sudo, else the one that runs; whoever is root can lie about it."""
    asked = os.environ.get("SUDO_UID", "")
    return int(asked) if asked.isdecimal() else os.getuid()
