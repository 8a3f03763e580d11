"""The commands that change something: approvals, the register, deliveries, second factors."""

from __future__ import annotations

import typer

from onboarding.cli import approve, delivery, register, second_factor


def add_to(app: typer.Typer) -> None:
    """Give the command line its commands that change something."""
    app.command("approve", help=approve.HELP)(approve.approve_place)
    app.add_typer(register.app, name="register")
    app.add_typer(delivery.app, name="delivery")
    app.add_typer(second_factor.app, name="second-factor")
