"""`python -m onboarding.demo`: directory first, then, once the sign-in answers, datasets and register."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from onboarding.demo.directory import write_directory
from onboarding.demo.settings import DemoSettings, demo_folder
from policies.calendar import parse_day, today
from policies.errors import DatalabError
from policies.settings import Values, read_values
from policies.steps import step

STEPS = ("directory", "data", "register")


def main(arguments: Sequence[str]) -> int:
    """Run the steps that were asked for; an error of ours is one message and the code 1."""
    asked = parse_arguments(arguments)
    try:
        values = read_values(asked.values)
        day = asked.day or today()
        for name in STEPS if asked.step == "all" else (asked.step,):
            run(name, values, day)
    except DatalabError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m onboarding.demo", description="Données de démonstration")
    parser.add_argument("step", nargs="?", choices=[*STEPS, "accounts", "all"], default="all")
    parser.add_argument("--values", type=Path, help="values.yaml de cette installation")
    parser.add_argument("--day", type=_day, help="AAAA-MM-JJ ; aujourd'hui sinon")
    return parser.parse_args(arguments)


def _day(text: str) -> date:
    try:
        return parse_day(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def run(name: str, values: Values, day: date) -> None:
    """One step, with its time."""
    if name == "accounts":
        sys.stdout.write((demo_folder(values.places) / "accounts.txt").read_text(encoding="utf-8"))
    elif name == "directory":
        with step("Annuaire de démonstration"):
            write_directory(values)
    elif name == "data":
        with step("Jeux de données de démonstration"):
            _data(values, day)
    else:
        with step("Jeux de données et registre de démonstration"):
            _register(values, day)


def _data(values: Values, day: date) -> None:
    from onboarding.demo.data import ensure_data

    ensure_data(values.places, values.section(DemoSettings).seed, day)


def _register(values: Values, day: date) -> None:
    from onboarding.demo.today import ensure_register

    ensure_register(values, day)
