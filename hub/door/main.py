"""`python -m hub.door.main --values PATH`: the door, on one socket for the front and one for the hub."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from pathlib import Path, PurePosixPath

from hub.door.api import Door
from hub.door.deposits_api import make_deposits_door
from hub.door.files import Files
from hub.door.ledger import Ledger
from hub.door.settings import DoorSettings
from hub.door.workspaces import Workspaces
from hub.serving import Service, serve
from policies.errors import DatalabError
from policies.journal.append import Journal
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
    parser = argparse.ArgumentParser(prog="python -m hub.door.main", description=__doc__)
    parser.add_argument("--values", type=Path)
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        serve(make_services(read_values(chosen.values)))
    except (DatalabError, OSError) as error:
        sys.exit(f"datalab: {error}")


if __name__ == "__main__":
    main()
