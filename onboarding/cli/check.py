"""`datalab check`: settings, law with all its cases, register, files of titles, keys, directory."""

from __future__ import annotations

import typer

from onboarding.checking import Area, check_installation
from onboarding.cli.shared import REFUSED, UNAVAILABLE, say, session

HELP = """Vérifie l'installation : réglages, loi et ses cas, registre, fichiers des titres, clés, annuaire.

Tout ce qui ne va pas est listé. Code de sortie : 0 en ordre, 1 à corriger, 3 source illisible.
"""


def check(context: typer.Context) -> None:
    """List every problem of every source."""
    here = session(context)
    say("réglages : en ordre" if here.values else "")
    areas = []
    for area in check_installation(here.places, here.directory()):
        _say_area(area)
        areas.append(area)
    if any(area.problems for area in areas):
        raise typer.Exit(REFUSED)
    if not all(area.sound for area in areas):
        raise typer.Exit(UNAVAILABLE)


def _say_area(area: Area) -> None:
    if area.unavailable is not None:
        say(f"{area.name} : ILLISIBLE")
        say(f"  {area.unavailable}")
    elif area.problems:
        say(f"{area.name} : {len(area.problems)} problème(s)")
    else:
        say(f"{area.name} : en ordre")
    for line in (*area.problems, *area.notes):
        say(f"  {line}")
