"""The commands that change nothing: what the law says of people, of data, of outputs, and the law itself."""

from __future__ import annotations

import typer

from onboarding.cli import calendar, catalogue, explain, law, output


def add_to(app: typer.Typer) -> None:
    """Give the command line its commands that read."""
    app.command("explain", help=explain.HELP)(explain.explain)
    app.command("calendar", help=calendar.HELP)(calendar.calendar)
    app.command("catalogue", help=catalogue.HELP)(catalogue.catalogue)
    app.command("output", help=output.HELP)(output.output)
    app.add_typer(law.app, name="law")
