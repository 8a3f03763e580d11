"""What people give on a command line, as the operations take it: a person, a sheet of values, two days."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from onboarding.cli.shared import day_option, session
from onboarding.finding import NotFoundError, find_person
from policies.files import read_yaml


def person_id(context: typer.Context, named: str) -> str:
    """The id of a person as people name them; one who left the directory is named by their id."""
    here = session(context)
    try:
        return find_person(here.directory(), named).id
    except NotFoundError:
        if named in here.register().people:
            return named
        raise


def sheet_values(path: Path) -> dict[str, Any]:
    """The values of a sheet; raises InvalidFilesError, BadParameter when it holds no keys."""
    values = read_yaml(path)
    if not isinstance(values, dict):
        raise typer.BadParameter(f"{path} ne donne pas de clés et de valeurs", param_hint="--from")
    return values


def period(since: str, until: str | None) -> dict[str, str]:
    """Two days as the register writes them; raises BadParameter for what is no day."""
    days = {"from": day_option(since, "--since").isoformat()}
    return days if until is None else days | {"until": day_option(until, "--until").isoformat()}
