"""JupyterHub's idea of routes is kept for JupyterHub alone; nothing is started and nobody is told."""

from __future__ import annotations

import asyncio

from hub.proxy import NameProxy


def test_a_route_is_there_until_it_is_deleted() -> None:
    async def live() -> list[object]:
        proxy = NameProxy()
        await proxy.add_route("/user/pana01/aides/", "http+unix://a", {"user": "pana01"})
        added = await proxy.get_all_routes()
        await proxy.delete_route("/user/pana01/aides/")
        await proxy.delete_route("/user/pana01/aides/")
        return [added, await proxy.get_all_routes(), proxy.should_start]

    route = {"routespec": "/user/pana01/aides/", "target": "http+unix://a", "data": {"user": "pana01"}}
    assert asyncio.run(live()) == [{"/user/pana01/aides/": route}, {}, False]
