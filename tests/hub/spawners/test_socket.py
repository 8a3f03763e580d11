"""A workspace's address says where its socket is; its start is told step by step to whoever listens."""

from __future__ import annotations

import asyncio
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from jupyterhub import __version__

from hub.spawners.socket import STEPS, Progress, reached, socket_url
from policies.names import WorkspaceName


def test_the_address_of_a_workspace_is_its_socket() -> None:
    url = socket_url(WorkspaceName("p7f3k2", "aides-ciblage"), PurePosixPath("/run/datalab"))
    assert url == "http+unix://%2Frun%2Fdatalab%2Fws%2Fp7f3k2--aides-ciblage%2Fj.sock"
    # JupyterHub reads it with urlsplit, which writes host names in lower case
    assert unquote(urlsplit(url).hostname or "") == "/run/datalab/ws/p7f3k2--aides-ciblage/j.sock"


def test_the_hub_waits_for_no_answer_of_a_workspace() -> None:
    """It is given what JupyterHub would look for in one, whatever it would have asked."""
    answer = asyncio.run(reached(http=True, timeout=60, ssl_context=None, extra_path="api"))
    assert answer.headers == {"X-JupyterHub-Version": __version__}


def test_every_listener_hears_the_step_that_stands_and_those_that_follow() -> None:
    async def listen() -> tuple[list[str], list[str]]:
        progress = Progress()
        progress.reach(1)

        async def heard() -> list[str]:
            return [event["etape"] async for event in progress.events()]

        early = asyncio.create_task(heard())
        await asyncio.sleep(0)
        progress.reach(3)
        late = asyncio.create_task(heard())
        await asyncio.sleep(0)
        progress.reach(len(STEPS) - 1)
        return await asyncio.wait_for(early, 5), await asyncio.wait_for(late, 5)

    assert asyncio.run(listen()) == ([STEPS[1], STEPS[3], STEPS[4]], [STEPS[3], STEPS[4]])


def test_a_page_without_a_script_shows_the_step_that_stands() -> None:
    progress = Progress()
    told = [progress.sentence]
    progress.reach(2)
    assert [*told, progress.sentence] == [STEPS[0], STEPS[2]]
