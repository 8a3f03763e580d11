"""`datalab delivery withdraw`: what ends a version, or a delivery that nobody confirmed."""

from __future__ import annotations

from typing import Annotated

import typer

from onboarding.cli.answering import say_outcome
from onboarding.cli.delivery_desk import answer, operate_at_desk
from onboarding.cli.delivery_words import withdrawal_line, withdrawal_values
from onboarding.cli.operating import AsJson, DryRun, How, Reason
from onboarding.cli.shared import session
from onboarding.operations.withdraw_delivery import withdraw_delivery

HELP = "Retire une version : les espaces qui la lisent s'arrêtent. En quarantaine, détruit la livraison."


def withdraw(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Le nom de la livraison ou de la version.")],
    reason: Reason,
    dataset: Annotated[str | None, typer.Option(help="Le jeu, quand plusieurs ont une version de ce nom.")] = None,
    part: Annotated[str | None, typer.Option(help="Une partie seule ; sinon toutes celles qui ont la version.")] = None,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Withdraw what the register names; destroy what waits in the quarantine."""
    how = How(reason, as_json, dry_run)
    found = operate_at_desk(
        context, how, lambda office, actor, desk: withdraw_delivery(office, actor, reason, desk, name, dataset, part)
    )
    here = session(context)
    values = withdrawal_values(found, here.register(), dry_run)
    answer(values, as_json, withdrawal_line(values))
    if found.outcome is not None and not as_json:
        say_outcome(here, found.outcome, as_json)
