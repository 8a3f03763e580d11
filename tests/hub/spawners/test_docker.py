"""Nothing that a person sends changes a workspace but the name of a profile."""

from __future__ import annotations

from itertools import combinations

import pytest

from hub.spawners.docker import parse_options
from hub.workspace.spec import oauth_client_id
from policies.names import WorkspaceName


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"profile": ["petit"]}, "petit"),
        ({"profile": ["petit", "grand"]}, "petit"),
        ({"profile": []}, ""),
        ({}, ""),
        ({"profile": ["petit"], "image": ["evil"], "cmd": ["sh"], "user_options": ["{}"]}, "petit"),
        ({"profile": ["x" * 1000]}, "x" * 30),
    ],
)
def test_of_a_form_the_profile_alone_is_kept(form: dict[str, list[str]], expected: str) -> None:
    assert parse_options(form) == {"profile": expected}


def test_no_two_workspaces_are_one_client_of_the_hub() -> None:
    people, processings = ["pana", "pana01", "pana012"], ["aides", "aides-eval", "eval", "eval-aides", "a01-eval"]
    names = [WorkspaceName(person, processing) for person in people for processing in processings]
    assert all(oauth_client_id(one) != oauth_client_id(other) for one, other in combinations(names, 2))
