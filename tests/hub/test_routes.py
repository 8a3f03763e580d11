"""JupyterHub's own routes are closed unless the table opens them: a new version's new route is closed too."""

from __future__ import annotations

import re

import pytest
from jupyterhub import apihandlers, handlers

from hub.routes import CLOSED

BUILT_IN = sorted({pattern for pattern, *_ in handlers.default_handlers + apihandlers.default_handlers if pattern})
# an address that each pattern of JupyterHub matches: its groups filled with a real person and processing
VALUES = {"([^/]+)": ["pana01", "aides-eval"], "([^/]*)": ["aides-eval"], "(\\d+)": ["404"], "(.*)": ["x"]}


def address_of(pattern: str) -> str:
    """An address that a route's pattern matches, with a person where the first group is."""
    address = pattern.replace("(?P<user_name>[^/]+)(?P<user_path>/.*)?", "pana01/lab").replace("(.*)?", "x")
    address = address.replace("(?:/([^/]+))?", "").removesuffix("$").removesuffix("?")
    for group, values in VALUES.items():
        for value in values * 2:
            address = address.replace(group, value, 1)
    return address


def is_closed(address: str) -> bool:
    return re.fullmatch(CLOSED, address) is not None


def test_each_address_tried_is_one_that_jupyterhub_answers() -> None:
    wrong = [pattern for pattern in BUILT_IN if not re.fullmatch(pattern, address_of(pattern))]
    assert wrong == []


def test_of_jupyterhubs_routes_these_are_open_and_no_other() -> None:
    assert {address_of(pattern) for pattern in BUILT_IN if not is_closed(address_of(pattern))} == {
        "/",
        "/home",
        "/login",
        "/logout",
        "/spawn-pending/pana01/aides-eval",
        "/api/users/pana01/servers/aides-eval/progress",
        "/api/",
        "/api/user",
        "/api/oauth2/authorize",
        "/api/oauth2/token",
        "/health",
        "/api/health",
    }


@pytest.mark.parametrize(
    "address",
    [
        "/espace/aides-eval",
        "/espace/aides-eval/arret",
        "/entree/pana01/aides-eval",
        "/spawn-pending/pana01/a1b",
        "/api",
        "/api/",
    ],
)
def test_what_people_need_is_open(address: str) -> None:
    assert not is_closed(address)


@pytest.mark.parametrize(
    "address",
    [
        "/espace/",
        "/espace/Aides",
        "/espace/a--b",
        "/espace/ab",
        f"/espace/{'a' * 31}",
        "/espace/aides-eval/",
        "/espace/aides-eval/autre",
        "/espace/aides%2Deval",
        "/spawn-pending/pana01",
        "/spawn-pending/pana01/",
        "/spawn-pending/ana/aides-eval",
        "/api/users/pana01/server",
        "/api/users/pana01/server/progress",
        "/api/users/pana01/servers/aides-eval",
        "/api/user/",
        "/home/",
        "/homes",
        "/entree/pana01",
        "/entree/aides-eval",
        "/entree/pana01/aides-eval/x",
        "/user/pana01/aides-eval/",
        "/logo",
        "/metrics",
    ],
)
def test_what_only_looks_like_an_open_route_is_closed(address: str) -> None:
    assert is_closed(address)
