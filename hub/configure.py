"""JupyterHub's configuration from values.yaml. Each function only sets; nothing is decided here."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from urllib.parse import quote

import policies.explain
from hub.authenticator import SigninAuthenticator
from hub.crypt import ensure_key
from hub.proxy import NameProxy
from hub.settings import HubSettings
from hub.site import address, identity_url
from hub.spawners.docker import GuardedSpawner
from policies.settings import Values

TEMPLATES = (Path(__file__).parent / "templates", Path(policies.explain.__file__).parent / "templates")
HUB_SOCKET_MODE = 0o660
# what a person may do with JupyterHub: see themself, and start, stop and enter their own workspaces
# (OAuth tokens always carry the right to read one's own groups; there are none)
USER_SCOPES = ("read:users:name!user", "read:users:groups!user", "servers!user", "access:servers!user")
PERSON = r"^[a-z][a-z0-9]{3,11}\Z"


def configure(c: Any, values: Values) -> None:
    """Everything, in one call."""
    set_addresses(c, values)
    set_storage(c, values)
    set_sign_in(c, values)
    set_rights(c, values)
    set_workspaces(c, values)
    set_pages(c, values)


def set_addresses(c: Any, values: Values) -> None:
    """The hub listens on its socket alone; the front's group may connect."""
    hub = quote(str(values.places.socket("hub")), safe="")
    c.JupyterHub.bind_url = f"{address(values.section(HubSettings)).hub_url}/"
    c.JupyterHub.public_url = f"{address(values.section(HubSettings)).hub_url}/"
    c.JupyterHub.hub_bind_url = f"http+unix://{hub}"
    c.JupyterHub.hub_socket_mode = HUB_SOCKET_MODE
    c.JupyterHub.proxy_class = NameProxy


def set_storage(c: Any, values: Values) -> None:
    """Database, cookie secret and key are files of the hub's account alone."""
    folder = values.places.state / "hub"
    c.JupyterHub.db_url = f"sqlite:///{folder}/jupyterhub.sqlite"
    c.JupyterHub.cookie_secret_file = str(folder / "cookie_secret")
    c.CryptKeeper.keys = [ensure_key(folder / "auth_state.key")]
    # at its usual level this logger writes the ids that cookies are made from
    logging.getLogger("tornado.application").setLevel(logging.WARNING)


def set_sign_in(c: Any, values: Values) -> None:
    """The sign-in process says who a person is; a session lasts no longer than a working day."""
    settings = values.section(HubSettings)
    c.JupyterHub.authenticator_class = SigninAuthenticator
    c.Authenticator.allow_all = True
    c.Authenticator.admin_users = set()
    c.Authenticator.username_pattern = PERSON
    c.Authenticator.enable_auth_state = True
    c.Authenticator.auth_refresh_age = settings.refresh_s
    c.Authenticator.auth_refresh_strict = True
    c.Authenticator.refresh_pre_spawn = True
    c.JupyterHub.cookie_max_age_days = settings.session_hours / 24
    c.JupyterHub.oauth_token_expires_in = int(settings.session_hours * 3600)
    c.JupyterHub.token_expires_in_max_seconds = int(settings.session_hours * 3600)


def set_rights(c: Any, values: Values) -> None:
    """Nobody is an administrator; a person holds what their own workspaces need, a workspace less still."""
    c.JupyterHub.load_roles = [{"name": "user", "scopes": list(USER_SCOPES)}]
    c.JupyterHub.services = []
    c.JupyterHub.admin_access = False
    c.Spawner.oauth_client_allowed_scopes = []


def set_workspaces(c: Any, values: Values) -> None:
    """Named servers alone, so many at once; they outlive the hub."""
    settings = values.section(HubSettings)
    c.JupyterHub.spawner_class = GuardedSpawner
    c.JupyterHub.allow_named_servers = True
    c.JupyterHub.named_server_limit_per_user = settings.workspaces_per_person
    c.JupyterHub.concurrent_spawn_limit = settings.starts_at_once
    c.JupyterHub.active_server_limit = settings.workspaces
    c.JupyterHub.cleanup_servers = False
    c.JupyterHub.implicit_spawn_seconds = 0
    c.Spawner.start_timeout = int(settings.start_timeout_s)
    c.Spawner.http_timeout = int(settings.start_timeout_s)
    c.Spawner.apply_user_options = ignore_options
    c.Spawner.poll_interval = 10
    c.Spawner.consecutive_failure_limit = 0


def ignore_options(spawner: Any, options: Any) -> None:
    """What a person chose changes no attribute of a spawner: the decision is asked about it."""


def set_pages(c: Any, values: Values) -> None:
    """Our pages, without a script inside them, without a request to another host."""
    site = address(values.section(HubSettings))
    c.JupyterHub.template_paths = [str(folder) for folder in TEMPLATES]
    c.JupyterHub.template_vars = page_words(identity_url(values.section(HubSettings)))
    c.JupyterHub.default_url = "/hub/home"
    c.JupyterHub.redirect_to_server = False
    c.JupyterHub.tornado_settings = {
        "headers": page_headers(f"{site.scheme}://*.{site.workspace_domain}:{site.port}"),
        # gone when the browser closes; the hub itself believes none older than the session
        "cookie_options": {"samesite": "Lax", "expires_days": None},
    }


def page_words(identity: str) -> dict[str, Any]:
    """Where people keep their second factor: in each page's header, and beside what is refused for want of one.

    The law names whoever can help; that this one is a page, and where, is known here alone.
    """
    page = {"address": f"{identity}/", "text": "Ouvrir la page « Second facteur »"}
    return {"identity_url": identity, "helping_pages": {"second_facteur": page}}


def page_headers(workspaces: str) -> dict[str, str]:
    """What a page may load and send; a form may end in a workspace, because opening one leads there."""
    policy = {
        "default-src": "'none'",
        "style-src": "'self'",
        "script-src": "'self'",
        "font-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "form-action": f"'self' {workspaces}",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
