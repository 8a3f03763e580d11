"""What producers read says what is: every command, setting, type and constraint."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from onboarding.cli.delivery import app
from onboarding.deliveries.package import MOST_FILES
from onboarding.deliveries.settings import DeliverySettings
from onboarding.deliveries.table_schema import Constraints, FieldType, TableSchema
from policies.register.dataset import Held

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "deliveries.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands]
CONSTRAINTS = [field.alias or name for name, field in Constraints.model_fields.items()]


def test_there_are_as_many_commands_as_the_page_says() -> None:
    assert sorted(COMMANDS) == ["check", "confirm", "list", "receive", "withdraw"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_page_and_in_the_readme(name: str) -> None:
    assert f"`datalab delivery {name}" in PAGE
    assert f"`datalab delivery {name}" in README


@pytest.mark.parametrize("name", DeliverySettings.model_fields)
def test_every_setting_is_in_the_page(name: str) -> None:
    assert f"`deliveries.{name}`" in PAGE


@pytest.mark.parametrize("name", [*get_args(FieldType), *CONSTRAINTS, *get_args(Held)])
def test_every_type_constraint_and_identifier_is_in_the_page(name: str) -> None:
    assert name in PAGE


def test_what_is_not_checked_is_said() -> None:
    unchecked = TableSchema.model_validate(
        {"fields": [{"name": "a"}], "primaryKey": "a", "uniqueKeys": [["a"]], "foreignKeys": [{}]}
    ).unchecked
    assert [name for name in [*unchecked, "unique"] if f"`{name}`" not in PAGE] == []


def test_the_number_of_files_is_the_one_that_is_enforced() -> None:
    assert f"{MOST_FILES} fichiers au plus" in PAGE
