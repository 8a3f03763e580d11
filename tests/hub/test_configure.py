"""What JupyterHub is told: nobody administers it, sessions are short, workspaces outlive it."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from jupyterhub._data import DATA_FILES_PATH
from traitlets.config import Config

from hub.authenticator import SigninAuthenticator
from hub.configure import TEMPLATES, configure, page_headers
from hub.proxy import NameProxy
from hub.settings import HubSettings
from hub.spawners.docker import GuardedSpawner
from policies.files import parse
from policies.settings import Places, Values
from tests.hub.test_settings import VALUES


@pytest.fixture
def c(tmp_path: Path) -> Any:
    """The configuration of an installation in this folder."""
    places = Places(program=tmp_path, law=tmp_path, state=tmp_path, run=tmp_path / "run")
    (tmp_path / "hub").mkdir()
    found = Config()
    configure(found, Values({"hub": parse(HubSettings, VALUES, "values.yaml"), "places": places}))
    return found


def test_the_hub_listens_on_its_socket_alone_and_starts_no_proxy(c: Any, tmp_path: Path) -> None:
    quoted = str(tmp_path / "run" / "hub" / "hub.sock").replace("/", "%2F")
    assert (c.JupyterHub.hub_bind_url, c.JupyterHub.hub_socket_mode) == (f"http+unix://{quoted}", 0o660)
    assert (c.JupyterHub.proxy_class, c.JupyterHub.bind_url) == (NameProxy, "http://datalab.localhost:8000/")


def test_nobody_is_an_administrator_and_a_person_holds_their_own_servers_alone(c: Any) -> None:
    assert (c.Authenticator.admin_users, c.JupyterHub.admin_access, c.JupyterHub.services) == (set(), False, [])
    assert c.JupyterHub.load_roles == [
        {
            "name": "user",
            # JupyterHub puts both `read` scopes into every OAuth token, so a person must hold them
            "scopes": ["read:users:name!user", "read:users:groups!user", "servers!user", "access:servers!user"],
        }
    ]


def test_a_session_is_half_a_day_and_is_verified_again_before_each_start(c: Any) -> None:
    assert c.JupyterHub.cookie_max_age_days == 0.5
    assert (c.JupyterHub.oauth_token_expires_in, c.JupyterHub.token_expires_in_max_seconds) == (43200, 43200)
    assert (c.Authenticator.auth_refresh_age, c.Authenticator.auth_refresh_strict) == (5, True)
    assert (c.Authenticator.refresh_pre_spawn, c.Authenticator.enable_auth_state) == (True, True)
    assert c.JupyterHub.authenticator_class is SigninAuthenticator


def test_workspaces_are_named_bounded_and_outlive_the_hub(c: Any) -> None:
    hub = c.JupyterHub
    assert (hub.allow_named_servers, hub.cleanup_servers, hub.spawner_class) == (True, False, GuardedSpawner)
    assert (hub.concurrent_spawn_limit, hub.active_server_limit, hub.named_server_limit_per_user) == (20, 200, 10)


def test_what_the_hub_keeps_of_a_sign_in_is_sealed_with_a_key_of_its_own(c: Any, tmp_path: Path) -> None:
    key = tmp_path / "hub" / "auth_state.key"
    assert c.CryptKeeper["keys"] == [key.read_bytes()]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_pages_load_nothing_from_elsewhere_and_no_script_stands_inside_them() -> None:
    headers = page_headers("http://*.espaces.localhost:8000")
    assert headers["Content-Security-Policy"].split("; ") == [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self' http://*.espaces.localhost:8000",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]


def test_where_the_second_factor_is_kept_is_said_by_the_settings_alone(c: Any) -> None:
    assert c.JupyterHub.template_vars == {
        "identity_url": "http://identite.localhost:8000",
        "helping_pages": {
            "second_facteur": {
                "address": "http://identite.localhost:8000/",
                "text": "Ouvrir la page « Second facteur »",
            }
        },
    }


def test_no_page_is_taken_from_jupyterhub_but_those_of_closed_routes() -> None:
    ours = {page.name for folder in TEMPLATES for page in folder.glob("*.html")}
    theirs = {page.name for page in (Path(DATA_FILES_PATH) / "templates").glob("*.html")}
    assert theirs - ours == {"accept-share.html", "admin.html", "oauth.html", "spawn.html", "token.html"}
