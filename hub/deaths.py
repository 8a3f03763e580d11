"""The hub asks the guard which workspaces ended, waits for the answer, and looks at those at once.

Without it the hub would find out at its next look, ten seconds later, or show a workspace that is gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from hub.calls import call
from hub.desk import the_desk
from policies.errors import UnavailableError

PATIENCE_S = 30.0
RETRY_S = 1.0


async def follow(app: Any) -> None:
    """Listen for ever; a guard that is away is asked again."""
    heard: Mapping[str, Any] = {}
    while True:
        told = await _ask(app, heard)
        if told is None:
            await asyncio.sleep(RETRY_S)
            continue
        heard = told
        for spawner in list(ended(app, told)):
            await spawner.poll_and_notify()


async def _ask(app: Any, heard: Mapping[str, Any]) -> Mapping[str, Any] | None:
    query = {"epoch": heard.get("epoch", ""), "after": heard.get("count", 0)}
    socket = the_desk().values.places.socket("guard")
    try:
        status, told = await call(socket, "GET", "/datalab/deaths", PATIENCE_S, params=query)
    except UnavailableError as error:
        app.log.debug("%s", error)
        return None
    return told if status == 200 else None


def ended(app: Any, told: Mapping[str, Any]) -> Iterator[Any]:
    """The spawners that the hub believes in and that the guard may have ended."""
    names = set(told["names"])
    for user in list(app.users.values()):
        for spawner in list(user.spawners.values()):
            if spawner.ready and spawner.name and (told["all"] or str(spawner.workspace) in names):
                yield spawner
