"""`python -m hub.door.main --values PATH`: the door, on one socket for the front and one for the hub."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import uvicorn

from hub.door.api import Door
from hub.door.deposits import Deposits, Proofs
from hub.door.deposits_api import DepositsDoor
from hub.door.files import Files
from hub.door.ledger import Ledger
from hub.door.settings import DoorSettings
from hub.door.store import Store
from hub.door.workspaces import Workspaces
from hub.listening import listen
from policies.calendar import now
from policies.errors import DatalabError
from policies.journal.append import Journal
from policies.proofs.keys import read_public_keys
from policies.settings import TicketSettings, Values, read_values

ACCOUNT = "door"
DEPOSITS = "deposits"


class Server(uvicorn.Server):
    """One of two in a process: signals are the process's, not a server's."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


def make_applications(values: Values) -> tuple[Door, DepositsDoor]:
    """What each of the two sockets answers with."""
    places, settings = values.places, values.section(DoorSettings)
    ledger = Ledger(Journal(places.journal(ACCOUNT), ACCOUNT), settings, time.monotonic)
    files = Files(Workspaces(PurePosixPath(places.run), settings.answer_s), ledger, settings)
    store = Store(places.entries, places.state / ACCOUNT / "incoming")
    store.prepare()
    age = timedelta(hours=values.section(TicketSettings).max_age_hours)
    proofs = Proofs(lambda: read_public_keys(places.keys), age, now)
    return Door(files, settings), DepositsDoor(Deposits(store, ledger, proofs, settings), settings)


def make_server(application: Any) -> Server:
    """A server of one application, as bare as it can be."""
    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        lifespan="off",
        loop="asyncio",
        http="h11",
        ws="none",
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=64 * 1024,
        limit_concurrency=1_024,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
    )
    return Server(config)


async def serve(values: Values) -> None:
    """Serve until told to stop."""
    door, deposits = make_applications(values)
    with listen(values.places.socket(ACCOUNT)) as for_front, listen(values.places.socket(DEPOSITS)) as for_hub:
        servers = {make_server(door): for_front, make_server(deposits): for_hub}

        def stop() -> None:
            for server in servers:
                server.should_exit = True

        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        await asyncio.gather(*(server.serve(sockets=[listener]) for server, listener in servers.items()))


def main(arguments: list[str] | None = None) -> None:
    """Errors that are foreseen are said in one line, without a traceback."""
    parser = argparse.ArgumentParser(prog="python -m hub.door.main", description=__doc__)
    parser.add_argument("--values", type=Path)
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        asyncio.run(serve(read_values(chosen.values)))
    except (DatalabError, OSError) as error:
        sys.exit(f"datalab: {error}")


if __name__ == "__main__":
    main()
