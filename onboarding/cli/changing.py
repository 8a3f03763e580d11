"""The commands that change the register: what an administrator, a producer, a project lead does all day."""

from __future__ import annotations

import typer

from onboarding.cli import approve, dataset, delivery, mission, processing, project, register, team, title


def add_to(app: typer.Typer) -> None:
    """Give the command line its commands that change the register."""
    app.command("approve", help=approve.HELP)(approve.approve_place)
    app.add_typer(register.app, name="register")
    app.add_typer(project.app, name="project")
    app.add_typer(processing.app, name="processing")
    app.add_typer(title.app, name="title")
    app.add_typer(team.app, name="team")
    app.add_typer(mission.app, name="mission")
    app.add_typer(dataset.app, name="dataset")
    app.add_typer(delivery.app, name="delivery")
