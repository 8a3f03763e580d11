"""What the commands of `datalab delivery` share: their options, who acts at the desk, how they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

import typer

from onboarding.actor import Actor
from onboarding.cli.operating import How, office_of, signed_in
from onboarding.cli.progress import bar
from onboarding.cli.shared import Session, say, session
from onboarding.deliveries.settings import DeliverySettings
from onboarding.operations.deliveries import Desk, desk_of
from onboarding.operations.office import Office
from policies.calendar import now
from policies.files import canonical_json

Name = Annotated[str, typer.Argument(help="Le nom de la livraison, par exemple l20260503-101500.")]
Result = TypeVar("Result")


def operate_at_desk(context: typer.Context, how: How, verb: Callable[[Office, Actor, Desk], Result]) -> Result:
    """What a verb answers, carried out by whoever signs in."""
    here = session(context)
    actor = signed_in(here)
    with opened_desk(here) as desk:
        return verb(office_of(here, how.dry_run), actor, desk)


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
