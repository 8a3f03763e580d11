"""Where a workspace answers, and how its start is told: on a Unix socket whose place its name says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from hub.workspace.spec import socket_path
from policies.names import WorkspaceName

STEPS = (
    "Votre demande est reçue.",
    "Vos droits sont vérifiés.",
    "Les données autorisées sont préparées.",
    "L'espace de travail démarre.",
    "L'espace de travail répond.",
)


def socket_url(name: WorkspaceName, run: PurePosixPath) -> str:
    """The address at which the hub reaches a workspace."""
    return "http+unix://" + quote(str(socket_path(name, run)), safe="")


class Progress:
    """The steps of a start, told to whoever listens, late listeners included."""

    def __init__(self) -> None:
        self._step = 0
        self._moved = asyncio.Event()

    @property
    def sentence(self) -> str:
        """Where the start is, for a page without a script."""
        return STEPS[self._step]

    def reach(self, step: int) -> None:
        """Say that a step has begun."""
        self._step = step
        self._moved.set()
        self._moved = asyncio.Event()

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Each step, as JupyterHub's pages listen to it; ends with the last one."""
        told = -1
        while told < len(STEPS) - 1:
            moved = self._moved
            if told < self._step:
                told = self._step
                yield {"progress": 100 * told // len(STEPS), "message": STEPS[told], "etape": STEPS[told]}
            else:
                await moved.wait()
