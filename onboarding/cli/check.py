"""`datalab check`: settings, law with all its cases, register, files of titles, keys, directory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from onboarding.areas import Area
from onboarding.checking import check_installation
from onboarding.checking_law import check_law_folder
from onboarding.cli.shared import REFUSED, UNAVAILABLE, Session, say, session
from policies.wording import say_count

HELP = """Vérifie l'installation : réglages, loi et ses cas, registre, fichiers des titres, clés, annuaire.

Tout ce qui ne va pas est listé. Code de sortie : 0 en ordre, 1 à corriger, 3 source illisible.
"""


def check(
    context: typer.Context,
    law: Annotated[Path | None, typer.Option(help="Un dossier de droit que l'on écrit : lui seul est vérifié.")] = None,
) -> None:
    """List every problem of every source."""
    areas = []
    for area in [check_law_folder(law)] if law else _installation(session(context)):
        _say_area(area)
        areas.append(area)
    if any(area.problems for area in areas):
        raise typer.Exit(REFUSED)
    if not all(area.sound for area in areas):
        raise typer.Exit(UNAVAILABLE)


def _installation(here: Session) -> Iterator[Area]:
    directory, places = here.directory(), here.places
    say("réglages : en ordre")
    yield from check_installation(places, directory)


def _say_area(area: Area) -> None:
    if area.unavailable is not None:
        say(f"{area.name} : ILLISIBLE")
        say(f"  {area.unavailable}")
    elif area.problems:
        say(f"{area.name} : {say_count(len(area.problems), 'problème')} à corriger : {area.problems[0]}")
    else:
        say(f"{area.name} : en ordre")
    for line in (*area.problems[1:], *area.notes):
        say(f"  {line}")
