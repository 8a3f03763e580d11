"""What JupyterHub's single-user server imports and a workspace does not use is left aside until it is."""

from types import ModuleType
from typing import Any

from datalab_workspace.lazy import LOADING, ensure_absent, ensure_lazy, ensure_stand_in, load_real

LAZY = (
    "aiohttp",
    "sqlalchemy",
    "jupyterhub.orm",
    "jupyterhub.roles",
    "babel",
    "httpx",
    "nbformat.v1",
    "nbformat.v2",
    "nbformat.v3",
    "requests",
)
# Formats that no schema of the server uses; jsonschema imports their checkers when it finds them.
ABSENT = ("fqdn", "isoduration", "rfc3986_validator", "rfc3987", "rfc3987_syntax", "uri_template", "webcolors")


class HealthCheckHandler:
    """The hub's own page: no request of a workspace is one, so nothing is an instance of it."""


class SQLAlchemyError(Exception):
    """No database here: never raised."""


def prometheus_log_method(handler: object) -> None:
    """Nobody reads the hub's metrics in a workspace."""


async def fetch(url: str, **options: Any) -> Any:
    """The hub's HTTP client, loaded when the hub is first asked something."""
    return await http_client().fetch(url, **options)


_http_client: list[ModuleType] = []


def http_client() -> ModuleType:
    """The real client; from then on the only one."""
    with LOADING:  # the first visitor and the warming up may come together
        if not _http_client:
            _http_client.append(load_real("jupyterhub.httpclient"))
    return _http_client[0]


def ensure_shortcuts() -> None:
    """Must come before anything of JupyterHub is imported."""
    ensure_stand_in("sqlalchemy.exc", {"SQLAlchemyError": SQLAlchemyError})
    ensure_lazy(LAZY)
    ensure_absent(ABSENT)
    ensure_stand_in("jupyterhub.handlers", {"__path__": []})
    ensure_stand_in("jupyterhub.handlers.pages", {"HealthCheckHandler": HealthCheckHandler})
    ensure_stand_in("jupyterhub.metrics", {"prometheus_log_method": prometheus_log_method})
    ensure_stand_in("jupyterhub.httpclient", {"fetch": fetch})
