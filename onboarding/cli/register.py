"""`datalab register`: take up what was edited by hand, and see who changed what."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from onboarding.cli.operating import AsJson, DryRun, How, Reason, operate
from onboarding.cli.shared import REFUSED, confirm, say, session
from onboarding.hand_edits import Difference
from onboarding.history import Change, read_changes
from onboarding.operations.by_hand import record_by_hand
from onboarding.storing import Storage
from policies.wording import say_moment

app = typer.Typer(help="Le registre : ce que les projets sont, et qui l'a changé.", no_args_is_help=True)


@app.command(help="Enregistre les fichiers YAML modifiés à la main, au nom de qui se connecte, en un seul changement.")
def record(
    context: typer.Context,
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Enregistrer sans demander confirmation.")] = False,
    as_json: AsJson = False,
    dry_run: DryRun = False,
) -> None:
    """Show the differences, ask who records them, then write them as one change in that person's name."""
    how, here = How(reason, as_json, dry_run), session(context)
    differences = here.writer().differences()
    if not differences:
        say("Rien à enregistrer : les fichiers disent ce que le registre dit.")
        return
    for difference in differences if not as_json else ():
        _say_difference(difference)
    if not yes and not dry_run and not confirm("Enregistrer ces changements ?"):
        say("Rien n'a été enregistré.")
        raise typer.Exit(REFUSED)
    operate(context, how, lambda office, actor: record_by_hand(office, actor, reason, differences))


@app.command(help="Liste les changements du registre, le dernier d'abord.")
def history(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="Combien de changements au plus.")] = 20,
) -> None:
    """Print who changed which documents, when and why."""
    storage = Storage(session(context).places.register_folder)
    changes = list(islice(read_changes(storage), limit))
    if not changes:
        say("Le registre n'a encore aucun changement.")
    for change in changes:
        _say_change(change)


def _say_difference(difference: Difference) -> None:
    if difference.after is None:
        say(f"{difference.path} : supprimé")
        return
    say(f"{difference.path} : {'modifié' if difference.before else 'nouveau'}")
    for line in difference.lines[2:]:
        say(f"  {line}")


def _say_change(change: Change) -> None:
    say(f"{say_moment(change.moment)}  {change.actor}  {change.reason}")
    say(f"  registre {change.digest}")
    if not change.complete:
        say("  (ce qui précède a été oublié : les documents d'alors ne sont plus connus)")
        return
    for path, (before, after) in change.documents.items():
        sign = "+" if before is None else "-" if after is None else "~"
        say(f"  {sign} {path}")
