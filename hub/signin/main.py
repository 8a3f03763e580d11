"""`python -m hub.signin.main --values PATH`: the sign-in process, on its Unix socket."""

from __future__ import annotations

import argparse
import logging
import secrets
import sys
from pathlib import Path

import uvicorn

from hub.listening import listen
from hub.signin.api import Api
from hub.signin.keys import published_key
from hub.signin.service import SignIn
from hub.signin.settings import SigninSettings
from hub.signin.slowdown import Slowdown
from policies.directory.lookup import Directory
from policies.errors import DatalabError
from policies.journal.append import Journal
from policies.settings import DirectorySettings, Values, read_values

ACCOUNT = "signin"


def make_api(values: Values) -> Api:
    """The sign-in of an installation; raises DatalabError when its key is not one that others verify."""
    places, settings = values.places, values.section(SigninSettings)
    directory = Directory(values.section(DirectorySettings), settings.password_file)
    journal = Journal(places.journal(ACCOUNT), ACCOUNT)
    service = SignIn(directory, journal, published_key(places))
    return Api(service, Slowdown(settings, secrets.token_bytes(32)))


def serve(values: Values) -> None:
    """Serve until told to stop."""
    config = uvicorn.Config(
        make_api(values).application(),
        log_level="warning",
        access_log=False,
        lifespan="off",
        loop="asyncio",
        http="h11",
        ws="none",
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=16 * 1024,
        limit_concurrency=1_024,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=5,
    )
    with listen(values.places.socket(ACCOUNT)) as listener:
        uvicorn.Server(config).run(sockets=[listener])


def main(arguments: list[str] | None = None) -> None:
    """Errors that are foreseen are said in one line, without a traceback."""
    parser = argparse.ArgumentParser(prog="python -m hub.signin.main", description=__doc__)
    parser.add_argument("--values", type=Path)
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        serve(read_values(chosen.values))
    except (DatalabError, OSError) as error:
        sys.exit(f"datalab: {error}")


if __name__ == "__main__":
    main()
