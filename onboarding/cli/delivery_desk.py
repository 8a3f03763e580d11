"""What the commands of `datalab delivery` share: their options, the desk, how they answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from onboarding.cli.progress import bar
from onboarding.cli.shared import Session, say
from onboarding.deliveries.settings import DeliverySettings
from onboarding.operations.deliveries import Desk, desk_of
from policies.calendar import now
from policies.files import canonical_json

Name = Annotated[str, typer.Argument(help="Le nom de la livraison, par exemple l20260503-101500.")]
Actor = Annotated[str, typer.Option(help="L'identifiant opaque de la personne qui agit.")]
Reason = Annotated[str, typer.Option(help="Pourquoi ; conservé dans le journal.")]
Json = Annotated[bool, typer.Option("--json", help="La réponse en JSON.")]
Dry = Annotated[bool, typer.Option("--dry-run", help="Dire ce qui serait fait, sans rien changer.")]


@contextmanager
def opened_desk(here: Session) -> Iterator[Desk]:
    """The desk of this installation, with a bar on the terminal."""
    settings = here.values.section(DeliverySettings)
    with bar() as progress:
        yield desk_of(here.places, settings, here.journal(), now, progress)


def answer(values: dict[str, Any], as_json: bool, *lines: str) -> None:
    """Plain values, or lines for people."""
    for line in [canonical_json(values).decode()] if as_json else lines:
        say(line)
