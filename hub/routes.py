"""Which of the hub's routes are open: what is not in this table answers 404 before anything is looked up or stored.

JupyterHub's own routes for administrators, tokens, sharing, groups, users and the unnamed server
widen what a person may do; none of them is needed.
"""

from __future__ import annotations

from typing import Any

from jupyterhub.apihandlers.auth import OAuthAuthorizeHandler
from jupyterhub.handlers.base import BaseHandler
from tornado import web

from hub.refusals import RefusedError

PERSON = r"[a-z][a-z0-9]{3,11}"
PROCESSING = r"(?=[a-z0-9-]{3,30}(?:/|$))[a-z][a-z0-9]*(?:-[a-z0-9]+)*"

# patterns under /hub/, and who needs them
OPEN = (
    r"",  # leads to the home page
    r"home",
    r"login",
    r"logout",
    rf"espace/{PROCESSING}",  # the button
    rf"espace/{PROCESSING}/arret",
    rf"espace/{PROCESSING}/depot(?:/retrait)?",
    rf"spawn-pending/{PERSON}/{PROCESSING}",  # the page that waits
    rf"api/users/{PERSON}/servers/{PROCESSING}/progress",  # what that page listens to
    r"api/?",  # workspaces: is the hub there?
    r"api/user",  # workspaces: whose token is this?
    r"api/oauth2/authorize",  # browsers on their way into a workspace
    r"api/oauth2/token",  # workspaces: exchange the code
    r"health",
    r"api/health",
)
CLOSED = rf"/(?!(?:{'|'.join(OPEN)})$).*"


class ClosedHandler(BaseHandler):  # type: ignore[misc]  # JupyterHub is not typed
    """A route that does not exist here."""

    @property
    def xsrf_token(self) -> bytes:
        """None: the page has no form, and a new one would void those of other tabs."""
        return b""

    async def prepare(self) -> None:
        """Refused before who asks is looked up."""
        raise web.HTTPError(404)


class AuthorizeHandler(OAuthAuthorizeHandler):  # type: ignore[misc]  # JupyterHub is not typed
    """A browser goes into its person's own workspaces; there is nothing that anyone could consent to."""

    def needs_oauth_confirm(self, user: Any, oauth_client: Any, requested_scopes: Any) -> bool:
        """Never asked: whatever would need consent is refused."""
        if super().needs_oauth_confirm(user, oauth_client, requested_scopes):
            raise RefusedError(403, "Cet espace de travail n'est pas le vôtre.")
        return False

    def post(self) -> None:
        """The form of consent does not exist."""
        raise web.HTTPError(404)
