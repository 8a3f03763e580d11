"""`python -m hub.door.main --values PATH`: the door, on one socket for the front and one for the hub."""

from __future__ import annotations

import time
from pathlib import PurePosixPath

from hub.door.api import Door
from hub.door.deposits_api import make_deposits_door
from hub.door.files import Files
from hub.door.ledger import Ledger
from hub.door.settings import DoorSettings
from hub.door.workspaces import Workspaces
from hub.serving import Service, serve
from policies.journal.append import Journal
from policies.process import log_lines, said_in_one_line, values_parser
from policies.settings import Values, read_values

ACCOUNT = "door"
DEPOSITS = "deposits"
AT_ONCE = 1_024
# JupyterLab's addresses and cookies are long
LONGEST_HEAD = 64 * 1024


def make_services(values: Values) -> tuple[Service, Service]:
    """What each of the two sockets answers with."""
    places, settings = values.places, values.section(DoorSettings)
    ledger = Ledger(Journal(places.journal(ACCOUNT), ACCOUNT), settings, time.monotonic)
    files = Files(Workspaces(PurePosixPath(places.run), settings.answer_s), ledger, settings)
    deposits = make_deposits_door(values, ledger, places.state / ACCOUNT / "incoming")
    return (
        Service(Door(files, settings), places.socket(ACCOUNT), AT_ONCE, LONGEST_HEAD),
        Service(deposits, places.socket(DEPOSITS), AT_ONCE, LONGEST_HEAD),
    )


def main(arguments: list[str] | None = None) -> None:
    """Errors that are foreseen are said in one line, without a traceback."""
    chosen = values_parser("python -m hub.door.main", __doc__).parse_args(arguments)
    log_lines()
    with said_in_one_line():
        serve(make_services(read_values(chosen.values)))


if __name__ == "__main__":
    main()
