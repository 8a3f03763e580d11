"""Each process has its own account, and what runs is said nowhere but in one configuration."""

from __future__ import annotations

from configparser import RawConfigParser
from pathlib import Path

from hub.launch.settings import Accounts
from hub.launch.supervisor import programs, render_configuration
from policies.settings import Places

ACCOUNTS = Accounts(hub="h-account", signin="s-account", front="f-account", directory="d-account")
PLACES = Places(program=Path("/p"), law=Path("/p/law"), state=Path("/s"), run=Path("/r"))
VALUES = Path("/p/values.yaml")


def configuration() -> RawConfigParser:
    parser = RawConfigParser()
    parser.read_string(render_configuration(PLACES, programs(PLACES, ACCOUNTS, VALUES), VALUES))
    return parser


def test_each_process_runs_under_its_own_account() -> None:
    parser = configuration()
    accounts = {name: parser[f"program:{name}"]["user"] for name in ("keeper", "signin", "guard", "hub")}
    assert accounts == {"keeper": "root", "signin": "s-account", "guard": "root", "hub": "h-account"}


def test_each_process_is_restarted_alone_when_it_dies() -> None:
    parser = configuration()
    assert {parser[name]["autorestart"] for name in parser.sections() if name.startswith("program:")} == {"true"}


def test_python_reads_nothing_from_where_it_was_started() -> None:
    parser = configuration()
    assert all(" -I -m " in parser[name]["command"] for name in parser.sections() if name.startswith("program:"))


def test_no_secret_is_on_a_command_line_or_in_the_environment() -> None:
    text = render_configuration(PLACES, programs(PLACES, ACCOUNTS, VALUES), VALUES)
    assert not any(word in text.lower() for word in ("password", "secret", "token"))


def test_only_root_reaches_the_supervisor() -> None:
    assert configuration()["unix_http_server"]["chmod"] == "0600"
