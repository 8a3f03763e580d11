"""Workspaces on Docker, through the guard: the hub decides, renders and asks; the guard does all of it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath
from typing import Any

import docker
from docker.errors import APIError
from dockerspawner import DockerSpawner
from requests.exceptions import RequestException
from traitlets import default

from hub.desk import the_desk
from hub.refusals import RefusedError, refuse
from hub.settings import HubSettings
from hub.spawners.socket import Progress, reached, socket_url
from hub.workspace.spec import NotGrantedError, oauth_client_id
from policies.errors import DatalabError
from policies.names import WorkspaceName
from policies.settings import Values

API_VERSION = "1.41"
THREADS = 64
ATTEMPTS = 3
NO_ANSWER = (
    "Le gardien ne répond pas : aucun espace de travail ne démarre pour l'instant. Réessayez dans quelques minutes."
)
MOVING = "Les règles ou le registre changent en ce moment : rien n'a été ouvert. Réessayez dans une minute."
NOT_GRANTED = "Au vu de la loi et du registre, cet espace ne s'ouvre pas. La page « Mes projets » dit pourquoi."


def guard_client(values: Values) -> docker.APIClient:
    """Docker's client, on the guard's socket; the version is fixed so that nothing is asked first."""
    return docker.APIClient(
        base_url=f"unix://{values.places.socket('guard')}",
        version=API_VERSION,
        timeout=int(values.section(HubSettings).start_timeout_s),
        max_pool_size=THREADS,
    )


def parse_options(form: Mapping[str, list[str]]) -> dict[str, str]:
    """Of what a person sends, the name of a profile alone."""
    return {"profile": (form.get("profile") or [""])[0][:30]}


def _is_stale(error: APIError) -> bool:
    """Whether the guard judged other facts than the hub."""
    return str(error.explanation).startswith("stale")


def _said(error: APIError) -> str:
    """What a person reads of the guard's answer."""
    return MOVING if _is_stale(error) else str(error.explanation or NO_ANSWER)


class GuardedSpawner(DockerSpawner):  # type: ignore[misc]  # DockerSpawner is not typed
    """One person's workspace on one processing. The unnamed server exists in JupyterHub's tables and never runs."""

    _executor: ThreadPoolExecutor | None = None
    _client: docker.APIClient | None = None
    remove = True

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.steps = Progress()
        self.called = self.name
        if self.name:
            self.oauth_client_id = oauth_client_id(self.workspace)

    @property
    def workspace(self) -> WorkspaceName:
        """The workspace's name; raises ValueError for the unnamed server."""
        return WorkspaceName(self.user.name, self.name)

    @property
    def server(self) -> Any:
        """JupyterHub's own, which waits for no answer of the workspace: its socket is the front's and the door's."""
        found = DockerSpawner.server.fget(self)
        if found is not None:
            found.wait_up = reached
        return found

    @server.setter
    def server(self, server: Any) -> None:
        DockerSpawner.server.fset(self, server)

    @property
    def executor(self) -> ThreadPoolExecutor:
        """Threads enough for as many starts as are let in at once."""
        cls = type(self)
        if cls._executor is None:
            cls._executor = ThreadPoolExecutor(THREADS)
        return cls._executor

    @property
    def client(self) -> docker.APIClient:
        """The one client of this process."""
        cls = type(self)
        if cls._client is None:
            cls._client = guard_client(the_desk().values)
        return cls._client

    @default("object_name")
    def _object_name_default(self) -> str:
        return str(self.workspace) if self.name else ""

    @default("options_from_form")
    def _default_options_from_form(self) -> Callable[[Mapping[str, list[str]]], dict[str, str]]:
        return parse_options

    def options_from_query(self, query_data: Any) -> dict[str, str]:
        """An address starts nothing and chooses nothing."""
        return {}

    async def progress(self) -> AsyncIterator[dict[str, Any]]:
        """What the waiting page says."""
        async for event in self.steps.events():
            yield event

    async def start(self) -> str:
        """Ask the guard until both judged the same facts, then say where the workspace answers."""
        if not self.name:
            raise RefusedError(404, "Un espace de travail s'ouvre depuis la page « Mes projets ».")
        ticket = str((await self.user.get_auth_state() or {}).get("ticket", ""))
        try:
            await self._open_or_make_way(ticket)
        except APIError as error:
            raise RefusedError(error.status_code or 503, _said(error)) from None
        return socket_url(self.workspace, PurePosixPath(the_desk().values.places.run))

    async def _open_or_make_way(self, ticket: str) -> None:
        """Open; what changed meanwhile is decided anew, what is in the way goes. Raises the guard's last APIError."""
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._open(ticket)
            except APIError as error:
                if error.status_code != 409:
                    raise
                await self._make_way(error)
        return await self._open(ticket)

    async def _open(self, ticket: str) -> None:
        try:
            self.steps.reach(1)
            profile = str(self.user_options.get("profile", ""))
            config = await asyncio.to_thread(the_desk().define, ticket, self.name, profile, self.api_token)
            self.steps.reach(2)
            made = await self.docker("create_container_from_config", config, str(self.workspace))
            self.object_id = made["Id"]
            self.steps.reach(3)
            await self.start_object()
            self.steps.reach(4)
        except NotGrantedError as error:
            self.log.warning("%s", error)
            raise RefusedError(403, NOT_GRANTED) from None
        except DatalabError as error:
            self.log.warning("%s", error)
            raise refuse(error) from None
        except APIError:
            raise  # the guard's answer, which is also a RequestException
        except RequestException as error:
            self.log.warning("the guard does not answer: %s", type(error).__name__)
            raise RefusedError(503, NO_ANSWER) from None

    async def _make_way(self, error: APIError) -> None:
        """Stale: nothing to do but decide again. Else one that the hub lost track of runs: it goes first."""
        if _is_stale(error):
            return
        if await self.get_object():
            await self.stop_object()
            await self.remove_object()

    async def poll(self) -> int | str | None:
        """`None` while it runs, and while the guard cannot tell: only what is truly gone is gone."""
        if not self.name:
            return 0
        try:
            status: int | str | None = await super().poll()
        except (APIError, RequestException) as error:
            self.log.warning("%s: the guard cannot tell (%s)", self._log_name, type(error).__name__)
            return None if self.object_id else 0
        return status

    async def get_object(self) -> dict[str, Any] | None:
        """The container, `None` when the guard says that there is none; raises APIError on trouble."""
        try:
            found: dict[str, Any] = await self.docker("inspect_container", self.object_name)
        except APIError as error:
            if error.status_code != 404:
                raise
            self.object_id = ""
            return None
        self.object_id = found["Id"]
        return found

    async def guard_answers(self) -> bool:
        """Whether the guard can tell about this workspace, and so act on it."""
        try:
            await self.get_object()
        except (APIError, RequestException):
            return False
        return True

    async def stop_object(self) -> None:
        """Stop it, if it was ever made."""
        if self.object_id:
            await super().stop_object()
