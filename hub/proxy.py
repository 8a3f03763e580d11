"""No proxy to tell anything to: a workspace's address already says where it is."""

from __future__ import annotations

from typing import Any

from jupyterhub.proxy import Proxy


class NameProxy(Proxy):  # type: ignore[misc]  # JupyterHub is not typed
    """Keeps the routes that JupyterHub believes in; nginx finds workspaces by their name alone."""

    should_start = False

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._routes: dict[str, dict[str, Any]] = {}

    async def add_route(self, routespec: str, target: str, data: dict[str, Any]) -> None:
        """Remember a route."""
        self._routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec: str) -> None:
        """Forget a route; one that was never there is no error."""
        self._routes.pop(routespec, None)

    async def get_all_routes(self) -> dict[str, dict[str, Any]]:
        """Every route, by its address."""
        return dict(self._routes)
