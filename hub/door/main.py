"""`python -m hub.door.main --values PATH`: the door, on one socket for the front and one for the hub."""

from __future__ import annotations

import time

from hub.door.api import make_door
from hub.door.deposits_api import make_deposits_door
from hub.door.ledger import Ledger
from hub.door.readers import Readers
from hub.door.settings import DoorSettings
from hub.limits import limit_memory
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
    readers = Readers()
    deposits = make_deposits_door(values, ledger, readers, places.state / ACCOUNT / "incoming")
    return (
        Service(make_door(values, ledger, readers), places.socket(ACCOUNT), AT_ONCE, LONGEST_HEAD),
        Service(deposits, places.socket(DEPOSITS), AT_ONCE, LONGEST_HEAD),
    )


def main(arguments: list[str] | None = None) -> None:
    """Errors that are foreseen are said in one line, without a traceback."""
    chosen = values_parser("python -m hub.door.main", __doc__).parse_args(arguments)
    log_lines()
    with said_in_one_line():
        values = read_values(chosen.values)
        limit_memory(values.section(DoorSettings).memory_mib)
        serve(make_services(values))


if __name__ == "__main__":
    main()
