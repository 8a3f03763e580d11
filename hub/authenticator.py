"""What a person types goes to the sign-in process and is not kept; the hub keeps the ticket that comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from jupyterhub.auth import Authenticator

from hub.calls import call
from hub.desk import the_desk
from hub.handlers import all_handlers
from hub.refusals import RefusedError
from hub.signed import GoneError
from hub.signin.sentences import NOT_AVAILABLE, SENTENCES
from policies.directory.person import DirectoryEntryError
from policies.errors import DatalabError, UnavailableError
from policies.proofs.keys import ProofError

# longer than the sign-in's own slowing down of guesses
PATIENCE_S = 90.0


class SigninAuthenticator(Authenticator):  # type: ignore[misc]  # JupyterHub is not typed
    """A person is who the sign-in process says; nobody is an administrator of JupyterHub."""

    async def authenticate(self, handler: Any, data: Mapping[str, str]) -> dict[str, Any]:
        """The person's id, and what the hub keeps: the ticket and the name. Raises RefusedError in French."""
        typed = {"login": data.get("username", ""), "password": data.get("password", ""), "code": data.get("code", "")}
        socket = the_desk().values.places.socket("signin")
        try:
            status, answer = await call(socket, "POST", "/sign-in", PATIENCE_S, json=typed)
        except UnavailableError as error:
            self.log.warning("%s", error)
            raise RefusedError(503, NOT_AVAILABLE) from None
        if status != 200:
            raise RefusedError(status, SENTENCES.get(str(answer.get("error")), NOT_AVAILABLE))
        kept = {"ticket": answer["ticket"], "name": answer["name"]}
        return {"name": answer["person"], "admin": False, "auth_state": kept}

    async def refresh_user(self, user: Any, handler: Any = None) -> bool:
        """A session ends with its ticket, or when the directory no longer knows the person.

        A directory that does not answer ends no session: each page and each start asks it again and
        refuses by itself, in words that this method cannot show.
        """
        kept = await user.get_auth_state() or {}
        try:
            await asyncio.to_thread(the_desk().check, str(kept.get("ticket", "")))
        except (ProofError, GoneError, DirectoryEntryError) as error:
            self.log.info("session of %s ended: %s", user.name, error)
            return False
        except DatalabError as error:
            self.log.warning("session of %s not verified: %s", user.name, error)
        return True

    def get_handlers(self, app: Any) -> list[tuple[str, type]]:
        """Our pages, and the closed routes, before JupyterHub's own."""
        return all_handlers()
