"""Each process has its own account, and what runs is said nowhere but in one configuration."""

from __future__ import annotations

from configparser import RawConfigParser
from pathlib import Path

from hub.launch.settings import Accounts
from hub.launch.supervisor import program_stamp, programs, render_configuration
from policies.settings import Places

ACCOUNTS = Accounts(
    hub="h-account",
    signin="s-account",
    door="o-account",
    front="f-account",
    turnstile="t-account",
    directory="d-account",
)
PLACES = Places(program=Path("/p"), law=Path("/p/law"), state=Path("/s"), run=Path("/r"))
VALUES = Path("/p/values.yaml")


def configuration() -> RawConfigParser:
    parser = RawConfigParser()
    parser.read_string(render_configuration(PLACES, programs(PLACES, ACCOUNTS, VALUES), VALUES, "one"))
    return parser


def test_each_process_runs_under_its_own_account() -> None:
    parser = configuration()
    accounts = {
        name: parser[f"program:{name}"]["user"] for name in ("keeper", "signin", "guard", "door", "turnstile", "hub")
    }
    assert accounts == {
        "keeper": "root",
        "signin": "s-account",
        "guard": "root",
        "door": "o-account",
        "turnstile": "t-account",
        "hub": "h-account",
    }


def test_each_process_is_restarted_alone_when_it_dies() -> None:
    parser = configuration()
    assert {parser[name]["autorestart"] for name in parser.sections() if name.startswith("program:")} == {"true"}


def test_a_process_with_two_sockets_is_awaited_on_both_and_each_socket_is_of_one_process() -> None:
    listening = {program.name: program.sockets for program in programs(PLACES, ACCOUNTS, VALUES)}
    assert listening == {
        "keeper": (),
        "signin": ("signin", "identity"),
        "guard": ("guard",),
        "door": ("door", "deposits"),
        "turnstile": (),
        "hub": ("hub",),
    }


def test_python_reads_nothing_from_where_it_was_started() -> None:
    parser = configuration()
    assert all(" -I -m " in parser[name]["command"] for name in parser.sections() if name.startswith("program:"))


def test_no_secret_is_on_a_command_line_or_in_the_environment() -> None:
    text = render_configuration(PLACES, programs(PLACES, ACCOUNTS, VALUES), VALUES, "one")
    assert not any(word in text.lower() for word in ("password", "secret", "token"))


def test_only_root_reaches_the_supervisor() -> None:
    assert configuration()["unix_http_server"]["chmod"] == "0600"


def test_another_program_is_another_configuration_of_each_process_so_that_the_supervisor_starts_it_anew() -> None:
    table = programs(PLACES, ACCOUNTS, VALUES)
    one, other = (render_configuration(PLACES, table, VALUES, stamp) for stamp in ("one", "other"))
    assert one != other
    assert one.count('DATALAB_PROGRAM="one"') == len(table)
    assert one.replace('"one"', '"other"') == other


def test_the_stamp_of_a_program_is_that_of_its_code_and_of_its_libraries(tmp_path: Path) -> None:
    places = PLACES.model_copy(update={"program": tmp_path})
    (tmp_path / "venv").mkdir()
    assert program_stamp(places) == "none-none"
    (tmp_path / "venv" / ".program").write_text("abc\n")
    (tmp_path / "venv" / ".requirements").write_text("def\n")
    assert program_stamp(places) == "abc-def"


def test_the_keeper_starts_first_and_stops_last_so_that_it_signs_what_the_others_journaled() -> None:
    parser = configuration()
    order = {name: int(parser[f"program:{name}"]["priority"]) for name in ("keeper", "signin", "guard", "hub")}
    assert sorted(order, key=lambda name: order[name]) == ["keeper", "signin", "guard", "hub"]
