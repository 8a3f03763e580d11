"""The page on operations says what table and commands do: no more, no less, and each command does its own operation."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest

from onboarding.cli.operations_page import APPROVING, COMMANDS, HEADS, PAGE, helps, render
from onboarding.permissions import ROLES, TABLE

GROUPS = ("project", "processing", "title", "team", "mission", "dataset", "delivery")
READING = {"delivery list"}


def test_the_page_is_what_table_and_commands_make_of_it() -> None:
    """`make docs` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_operation_has_a_command_and_every_command_that_changes_an_operation() -> None:
    assert set(COMMANDS) == set(TABLE)
    changing = {each for each in helps() if each.split()[0] in GROUPS} - READING
    assert changing | {"register record", "approve"} == {*COMMANDS.values(), *APPROVING}
    assert set(HEADS) == set(ROLES)


@pytest.mark.parametrize("operation", COMMANDS)
def test_each_command_carries_out_the_operation_that_the_page_names(operation: str) -> None:
    group, _, name = COMMANDS[operation].partition(" ")
    app = import_module(f"onboarding.cli.{group}").app
    (callback,) = (
        each.callback
        for each in app.registered_commands
        if each.callback and (each.name or each.callback.__name__) == name
    )
    source = inspect.getsource(callback)
    assert [verb for verb in TABLE if f"{verb}(office, actor" in source] == [operation]


def test_every_command_says_in_one_sentence_what_it_does() -> None:
    lines = [helps()[each].splitlines()[0] for each in (*COMMANDS.values(), *APPROVING)]
    assert [line for line in lines if not line[:1].isupper() or not line.endswith(".")] == []


def test_no_command_that_changes_names_its_author_or_takes_a_password() -> None:
    for command in COMMANDS.values():
        group, _, name = command.partition(" ")
        app = import_module(f"onboarding.cli.{group}").app
        for each in app.registered_commands:
            assert each.callback is not None
            asked = set(inspect.signature(each.callback).parameters)
            assert asked & {"actor", "password", "login", "code"} == set(), (name, asked)
