"""What the hub asks is read out of the body, and the body is compared whole with the guard's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hub.guard.errors import RefusedCallError
from hub.guard.judging.asked import Asked, read_asked
from hub.guard.judging.compare import differences
from policies.names import parse_workspace_name
from tests.support.example_workspace import NAME, TICKET, TOKEN, example_config

WORKSPACE = parse_workspace_name(NAME)
Change = Callable[[dict[str, Any]], object]


def test_person_profile_digests_day_ticket_and_token_are_read() -> None:
    expected = Asked(
        name=WORKSPACE,
        profile="petit",
        law="1" * 64,
        facts="f" * 64,
        day="2026-05-04",
        ticket=TICKET,
        token=TOKEN,
    )
    assert read_asked(WORKSPACE, example_config()) == expected


def label(key: str, value: object) -> Change:
    return lambda config: config["Labels"].update({key: value})


UNREADABLE: list[tuple[str, Change]] = [
    ("no labels", lambda c: c.pop("Labels")),
    ("labels that are a list", lambda c: c.update(Labels=["datalab.law=1"])),
    ("no ticket", lambda c: c["Labels"].pop("datalab.ticket")),
    ("a ticket with a line feed", label("datalab.ticket", "a\nb")),
    ("a ticket of a million characters", label("datalab.ticket", "a" * 1_000_000)),
    ("a digest that is none", label("datalab.law", "latest")),
    ("a day that is none", label("datalab.day", "today")),
    ("a profile with a slash", label("datalab.profile", "../grand")),
    ("no environment", lambda c: c.pop("Env")),
    ("an environment that is an object", lambda c: c.update(Env={"JUPYTERHUB_API_TOKEN": TOKEN})),
    ("two tokens", lambda c: c["Env"].append(f"JUPYTERHUB_API_TOKEN={'b' * 32}")),
    ("a token with a line feed", lambda c: c.update(Env=[f"JUPYTERHUB_API_TOKEN={TOKEN}\nLD_PRELOAD=/x"])),
    ("an empty token", lambda c: c.update(Env=["JUPYTERHUB_API_TOKEN="])),
]


@pytest.mark.parametrize(("what", "change"), UNREADABLE, ids=[what for what, _ in UNREADABLE])
def test_a_body_that_does_not_say_it_plainly_is_refused(what: str, change: Change) -> None:
    config = example_config()
    change(config)
    with pytest.raises(RefusedCallError):
        read_asked(WORKSPACE, config)


def test_two_equal_renderings_do_not_differ() -> None:
    assert differences(example_config(), example_config()) == []


DIFFERENT: list[tuple[Change, list[str]]] = [
    (lambda c: c.update(Image="other"), ["Image"]),
    (lambda c: c["Env"].append("LD_PRELOAD=/x"), ["Env"]),
    (lambda c: c["HostConfig"].update(Privileged=0), ["HostConfig.Privileged"]),
    (lambda c: c["HostConfig"].update(Memory=2147483648.0), ["HostConfig.Memory"]),
    (lambda c: c["HostConfig"].update(Binds=None), ["HostConfig.Binds"]),
    (lambda c: c["HostConfig"]["Mounts"].pop(), ["HostConfig.Mounts"]),
    (lambda c: c["HostConfig"]["Mounts"][0].update(Source="/"), ["HostConfig.Mounts[0].Source"]),
    (lambda c: c["HostConfig"]["Mounts"].reverse(), ["HostConfig.Mounts[0].Source", "HostConfig.Mounts[0].Target"]),
    (lambda c: c.update(user="0:0"), ["user"]),
    (lambda c: c.update(User=200007), ["User"]),
    (lambda c: c["Labels"].pop("datalab.day"), ["Labels.datalab.day"]),
]


@pytest.mark.parametrize(("change", "places"), DIFFERENT)
def test_a_difference_is_named_by_its_place(change: Change, places: list[str]) -> None:
    config = example_config()
    change(config)
    assert differences(config, example_config())[: len(places)] == places


def test_a_difference_never_shows_the_token() -> None:
    config = example_config()
    config["Env"] = [line.replace(TOKEN, "c" * 32) for line in config["Env"]]
    shown = " ".join(differences(config, example_config()))
    assert shown
    assert TOKEN not in shown
    assert "c" * 32 not in shown
