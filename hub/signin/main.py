"""`python -m hub.signin.main --values PATH`: the sign-in process, on the API's socket and on the face's."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from hub.serving import Service, serve
from hub.settings import HubSettings
from hub.signin.api import Api
from hub.signin.attempts import open_attempts
from hub.signin.face import make_face
from hub.signin.keys import published_key
from hub.signin.opening import ACCOUNT, open_identity
from hub.signin.service import SignIn
from policies.errors import DatalabError
from policies.settings import Values, read_values

FACE = "identity"
API_AT_ONCE = 1_024
FACE_AT_ONCE = 256


def make_services(values: Values) -> tuple[Service, Service]:
    """API and face; raises DatalabError when the key is not one that others verify.

    Both slow the same attempts: whoever guesses gains nothing by turning from one to the other.
    """
    identity = open_identity(values)
    attempts = open_attempts(values)
    api = Api(SignIn(identity, published_key(values.places)), attempts)
    face = make_face(identity, attempts, values.section(HubSettings))
    places = values.places
    return (
        Service(api.application(), places.socket(ACCOUNT), API_AT_ONCE),
        Service(face.application(), places.socket(FACE), FACE_AT_ONCE),
    )


def main(arguments: list[str] | None = None) -> None:
    """Errors that are foreseen are said in one line, without a traceback."""
    parser = argparse.ArgumentParser(prog="python -m hub.signin.main", description=__doc__)
    parser.add_argument("--values", type=Path)
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        serve(make_services(read_values(chosen.values)))
    except (DatalabError, OSError) as error:
        sys.exit(f"datalab: {error}")


if __name__ == "__main__":
    main()
