"""Section `hub`: the hosts of hub, workspaces and second factor are never within each other."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from hub.settings import HubSettings
from policies.errors import InvalidFilesError
from policies.files import parse

VALUES: dict[str, Any] = {
    "scheme": "http",
    "public_host": "datalab.localhost",
    "workspace_domain": "espaces.localhost",
    "identity_host": "identite.localhost",
    "public_port": 8000,
    "directory_password_file": "/var/lib/datalab/hub/directory.password",
    "session_hours": 12,
    "refresh_s": 5,
    "starts_at_once": 20,
    "workspaces": 200,
    "workspaces_per_person": 10,
    "start_timeout_s": 60,
}
PAIRS = list(permutations(("public_host", "workspace_domain", "identity_host"), 2))


def test_the_settings_of_a_machine_are_taken_as_they_are() -> None:
    assert parse(HubSettings, VALUES, "values.yaml").model_dump(mode="json") == VALUES


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("datalab.test", "espaces.datalab.test"),
        ("datalab.espaces.test", "espaces.test"),
        ("datalab.test", "datalab.test"),
        ("test", "datalab.test"),
    ],
)
@pytest.mark.parametrize("keys", PAIRS, ids="/".join)
def test_two_sides_that_could_share_a_cookie_are_refused(keys: tuple[str, str], one: str, other: str) -> None:
    with pytest.raises(InvalidFilesError, match="choose two that are not within each other"):
        parse(HubSettings, VALUES | dict(zip(keys, (one, other), strict=True)), "values.yaml")


def test_names_that_only_end_alike_share_nothing() -> None:
    names = {"public_host": "lab.test", "workspace_domain": "datalab.test", "identity_host": "catalab.test"}
    assert parse(HubSettings, VALUES | names, "values.yaml").identity_host == "catalab.test"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("scheme", "ftp"),
        ("public_host", "Datalab.test"),
        ("public_host", "datalab.test; script-src *"),
        ("workspace_domain", "-espaces.test"),
        ("identity_host", "identite.test/x"),
        ("public_port", 0),
        ("session_hours", 25),
        ("refresh_s", 301),
        ("workspaces_per_person", 0),
    ],
)
def test_a_value_out_of_bounds_is_named(key: str, value: object) -> None:
    with pytest.raises(InvalidFilesError) as refused:
        parse(HubSettings, VALUES | {key: value}, "values.yaml", within="hub")
    assert [problem.key for problem in refused.value.problems] == [f"hub.{key}"]
