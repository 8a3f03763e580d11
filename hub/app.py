"""`python -m hub.app -f FILE`: JupyterHub, which also hears from the guard at once when a workspace ends."""

from __future__ import annotations

import asyncio

from jupyterhub.app import JupyterHub

from hub.deaths import follow


class Datalab(JupyterHub):  # type: ignore[misc]  # JupyterHub is not typed
    """JupyterHub itself, with one more task."""

    name = "jupyterhub"

    async def start(self) -> None:
        """Start, then listen to the guard as long as the hub runs."""
        await super().start()
        self._follower = asyncio.create_task(follow(self))


if __name__ == "__main__":
    Datalab.launch_instance()
