"""From a workspace's address to the pass that the front asks for, and back: the sign-in process signs it."""

from __future__ import annotations

import re

from tornado import web

from hub.calls import call
from hub.desk import the_desk
from hub.pages import Page
from hub.refusals import SIGN_IN_AGAIN, RefusedError
from hub.routes import NOT_YOURS, PERSON, PROCESSING
from hub.settings import HubSettings
from hub.site import address
from policies.errors import UnavailableError
from policies.names import WorkspaceName
from policies.proofs.passes import BROWSER

PATIENCE_S = 10.0
NOT_NOW = "Cet espace de travail ne peut pas s'ouvrir pour l'instant. Réessayez dans quelques minutes."


class EnterHandler(Page):
    """A browser that has no pass comes by; it goes back with one, into its person's own workspace."""

    @web.authenticated
    async def get(self, person: str, processing: str) -> None:
        """`navigateur`: what the front knows of the browser's secret."""
        browser = self.get_query_argument("navigateur", "", strip=False)
        if not re.fullmatch(BROWSER, browser):
            raise web.HTTPError(400)
        if person != self.current_user.name:
            raise RefusedError(403, NOT_YOURS)
        judged = await self.ask(the_desk().judge, processing)
        if judged is None:
            raise web.HTTPError(404)
        if not judged.decision.allowed:
            self.redirect(self.home())
            return
        name = WorkspaceName(person, processing)
        passed = await self._ask(name, browser)
        self.redirect(f"{address(the_desk().values.section(HubSettings)).workspace_url(name)}/entree?code={passed}")

    async def _ask(self, name: WorkspaceName, browser: str) -> str:
        asked = {"ticket": await self.ticket(), "workspace": str(name), "browser": browser}
        try:
            status, told = await call(
                the_desk().values.places.socket("signin"), "POST", "/pass", PATIENCE_S, json=asked
            )
        except UnavailableError as error:
            self.log.warning("%s", error)
            raise RefusedError(503, NOT_NOW) from None
        if status != 200:
            raise RefusedError(status, SIGN_IN_AGAIN if status == 403 else NOT_NOW)
        return str(told["pass"])


def entering_handlers() -> list[tuple[str, type]]:
    """The route on which browsers come by."""
    return [(rf"/entree/({PERSON})/({PROCESSING})", EnterHandler)]
