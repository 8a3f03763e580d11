"""The hub's own pages: "Mes projets", the button that opens a workspace, the one that stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from jupyterhub.handlers.base import BaseHandler
from jupyterhub.handlers.login import LogoutHandler
from jupyterhub.handlers.pages import SpawnHandler
from jupyterhub.utils import url_path_join
from tornado import web
from tornado.httputil import url_concat

from hub.calls import call
from hub.desk import Judged, the_desk
from hub.projects import Entry, group, make_entry
from hub.refusals import SIGN_IN_AGAIN, RefusedError, refuse
from hub.routes import CLOSED, PROCESSING, AuthorizeHandler, ClosedHandler
from hub.settings import HubSettings
from hub.workspace.profiles import Profiles
from policies.errors import DatalabError, UnavailableError
from policies.wording import say_count

GUARD_PATIENCE_S = 5.0
# of the address of "Mes projets": the workspace that its person has just stopped
STOPPED = "arrete"
OPENED, MANY_OPENED = "espace de travail ouvert", "espaces de travail ouverts"
Result = TypeVar("Result")


class Page(BaseHandler):  # type: ignore[misc]  # JupyterHub is not typed
    """What every page of ours needs: the person's ticket, and the desk."""

    async def ask(self, method: Callable[..., Result], *details: object) -> Result:
        """What a method of the desk answers for whoever is signed in; raises RefusedError in French."""
        return await in_thread(self.log, method, await self.ticket(), *details)

    async def ticket(self) -> str:
        """The ticket of whoever is signed in; raises RefusedError in French."""
        kept = await self.current_user.get_auth_state() or {}
        if "ticket" not in kept:
            raise RefusedError(403, SIGN_IN_AGAIN)
        return str(kept["ticket"])

    def home(self) -> str:
        """The address of "Mes projets"."""
        return str(url_path_join(self.hub.base_url, "home"))


async def in_thread(log: Any, method: Callable[..., Result], *details: object) -> Result:
    """Call the desk beside the loop; a decision that cannot be made is refused, its reason logged."""
    try:
        return await asyncio.to_thread(method, *details)
    except DatalabError as error:
        log.warning("nothing was decided: %s", error)
        raise refuse(error) from None


class HomeHandler(Page):
    """ "Mes projets": each processing, what is open and why, what is not and who can help."""

    @web.authenticated
    async def get(self) -> None:
        """Judge every processing of the person, and show it."""
        judged = await self.ask(the_desk().judge_all)
        told, answers = await self._situations(judged)
        entries = [await self._entry(each, told.get(each.decision.processing, {})) for each in judged]
        stopped = self.get_query_argument(STOPPED, "")
        kept = await self.current_user.get_auth_state() or {}
        page = await self.render_template(
            "home.html",
            projects=group(entries),
            guard_answers=answers,
            person_name=kept.get("name", ""),
            stopped=[each for each in entries if each.account.processing == stopped and each.state == "stopped"],
        )
        self.finish(page)

    async def _entry(self, judged: Judged, situation: Mapping[str, Any]) -> Entry:
        state = await state_of(self.current_user, judged.decision.processing)
        return make_entry(judged, the_desk().values.section(Profiles), state, situation)

    async def _situations(self, judged: Sequence[Judged]) -> tuple[Mapping[str, Any], bool]:
        """What the guard says of the person's homes and of how their workspaces end or ended, and whether it could."""
        if not judged:
            return {}, True
        query = {
            "person": self.current_user.name,
            "processings": ",".join(each.decision.processing for each in judged),
            "factors": ",".join(judged[0].ground.factors),
        }
        socket = the_desk().values.places.socket("guard")
        try:
            status, told = await call(socket, "GET", "/datalab/situation", GUARD_PATIENCE_S, params=query)
        except UnavailableError as error:
            self.log.warning("%s", error)
            return {}, False
        return (told, True) if status == 200 else ({}, False)


async def state_of(user: Any, processing: str) -> str:
    """What a person's workspace does: asked now, so that one that died is not shown as running."""
    if processing not in user.orm_spawners:
        return "stopped"
    spawner = user.spawners[processing]
    if spawner.ready:
        await spawner.poll_and_notify()
    if spawner.pending in {"spawn", "stop"}:
        return str(spawner.pending)
    return "running" if spawner.active else "stopped"


class OpenHandler(Page, SpawnHandler):  # type: ignore[misc]  # JupyterHub is not typed
    """The button: nothing is stored before the person is known to be concerned, nothing starts if refused."""

    @web.authenticated
    def get(self, processing: str) -> None:
        """An address starts nothing."""
        self.redirect(self.home())

    @web.authenticated
    async def post(self, processing: str) -> None:
        """Judge, then start the person's own workspace and lead to the page that waits."""
        judged = await self.ask(the_desk().judge, processing)
        if judged is None:
            raise web.HTTPError(404)
        if not judged.decision.allowed:
            await self._refuse(judged)
            return
        options = self._options(judged)
        self._check_room(processing)
        spawner = self.current_user.get_or_create_spawner(processing, processing, replace_failed=True)
        pending = self._get_pending_url(self.current_user, processing)
        if spawner.active:
            self.redirect(pending)
            return
        spawner.called = judged.account.name
        await self._wrap_spawn_single_user(self.current_user, processing, processing, spawner, pending, options)

    async def _refuse(self, judged: Judged) -> None:
        """Journal the refusal, then say why."""
        await in_thread(self.log, the_desk().note_refusal, judged)
        self.set_status(403)
        self.finish(await self.render_template("refused.html", account=judged.account))

    def _options(self, judged: Judged) -> dict[str, str]:
        """The profile that was chosen: one that the decision offers, or none at all."""
        chosen = self.get_body_argument("profile", "", strip=False)
        if chosen not in judged.decision.profiles or the_desk().values.section(Profiles).get(chosen) is None:
            raise RefusedError(400, "Choisissez une des tailles d'espace de travail proposées.")
        return {"profile": chosen}

    def _check_room(self, processing: str) -> None:
        """A person has so many workspaces at once; the one that is asked for does not count."""
        most = the_desk().values.section(HubSettings).workspaces_per_person
        active = [name for name, each in self.current_user.spawners.items() if each.active and name != processing]
        if len(active) >= most:
            raise RefusedError(
                429, f"Vous avez déjà {say_count(len(active), OPENED, MANY_OPENED)}, le plus permis. Arrêtez-en un."
            )


class StopHandler(Page):
    """The button that stops a workspace; files stay where they are."""

    @web.authenticated
    async def post(self, processing: str) -> None:
        """Stop the person's own workspace, if there is one."""
        user = self.current_user
        if processing not in user.orm_spawners:
            raise web.HTTPError(404)
        spawner = user.spawners[processing]
        if spawner.pending == "spawn":
            raise RefusedError(409, "Cet espace de travail est en train de démarrer. Attendez, puis arrêtez-le.")
        if spawner.active and not spawner.pending:
            # JupyterHub forgets a workspace whose stop failed, so it is not tried in vain
            if not await spawner.guard_answers():
                raise RefusedError(503, "Le gardien ne répond pas : cet espace de travail n'a pas été arrêté.")
            await self.stop_single_user(user, processing)
        self.redirect(url_concat(self.home(), {STOPPED: processing}))


class SignedOutHandler(LogoutHandler):  # type: ignore[misc]  # JupyterHub is not typed
    """The page after signing out says that the session is closed; workspaces go on."""

    async def render_logout_page(self) -> None:
        """JupyterHub would show the form of sign-in, as if nothing had happened."""
        self.finish(await self.render_template("logout.html"))


def own_handlers() -> list[tuple[str, type]]:
    """Our routes, the closed ones first; JupyterHub puts them before its own."""
    return [
        (CLOSED, ClosedHandler),
        (r"/home", HomeHandler),
        (r"/logout", SignedOutHandler),
        (rf"/espace/({PROCESSING})", OpenHandler),
        (rf"/espace/({PROCESSING})/arret", StopHandler),
        (r"/api/oauth2/authorize", AuthorizeHandler),
    ]
