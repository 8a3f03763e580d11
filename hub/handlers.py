"""Every page of ours, in the order in which they are looked at."""

from __future__ import annotations

from hub.deposits import deposit_handlers
from hub.entering import entering_handlers
from hub.pages import own_handlers


def all_handlers() -> list[tuple[str, type]]:
    """Our pages and the closed routes; JupyterHub puts them before its own."""
    return [*own_handlers(), *entering_handlers(), *deposit_handlers()]
