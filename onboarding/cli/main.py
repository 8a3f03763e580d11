"""Console script `datalab`.

Exit codes: 0 allowed or in order, 1 refused or something is wrong, 2 misused, 3 a source cannot be read.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from onboarding.cli import changing, check, journal, reading, second_factor, spaces
from onboarding.cli.french import say_misuse, say_trouble, speak_french
from onboarding.cli.shared import ALLOWED, REFUSED, UNAVAILABLE, Session, complain
from policies.errors import DatalabError, UnavailableError
from policies.settings import VARIABLE

HELP = """Le datalab en ligne de commande : vérifier, expliquer un accès, tenir le registre, lire le journal.

Codes de sortie : 0 permis ou en ordre ; 1 refusé ou à corriger ; 2 commande mal écrite ; 3 source illisible.
"""

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
app.command("check", help=check.HELP)(check.check)
reading.add_to(app)
changing.add_to(app)
app.add_typer(journal.app, name="journal")
app.add_typer(second_factor.app, name="second-factor")
app.add_typer(spaces.app, name="spaces")


@app.callback(help=HELP)
def start(
    context: typer.Context,
    values: Annotated[Path | None, typer.Option(envvar=VARIABLE, help="Le fichier des réglages (values.yaml).")] = None,
) -> None:
    """Open the session that every command works in."""
    context.obj = Session(values)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; answers its exit code, every error said in words."""
    command = speak_french(typer.main.get_command(app))
    try:
        code = command.main(list(arguments), prog_name="datalab", standalone_mode=False)
    except typer.TyperException as error:
        complain(say_misuse(error))
        return error.exit_code
    except typer.Abort:
        complain("Abandonné : rien n'a été fait.")
        return REFUSED
    except DatalabError as error:
        complain(say_trouble(error))
        return UNAVAILABLE if isinstance(error, UnavailableError) else REFUSED
    return code if isinstance(code, int) else ALLOWED


def main() -> None:
    """Where the console script begins."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
