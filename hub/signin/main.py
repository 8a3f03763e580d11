"""`python -m hub.signin.main --values PATH`: the sign-in process, on the API's socket and on the face's."""

from __future__ import annotations

from hub.serving import Service, serve
from hub.settings import HubSettings
from hub.signin.api import open_api
from hub.signin.attempts import open_attempts
from hub.signin.face import make_face
from hub.signin.opening import ACCOUNT, open_identity
from policies.process import log_lines, said_in_one_line, values_parser
from policies.settings import Values, read_values

FACE = "identity"
API_AT_ONCE = 1_024
FACE_AT_ONCE = 256


def make_services(values: Values) -> tuple[Service, Service]:
    """API and face, once the front knows which key signs passes; raises DatalabError unless others verify it too.

    Both slow the same attempts: whoever guesses gains nothing by turning from one to the other.
    """
    identity = open_identity(values)
    attempts = open_attempts(values)
    api = open_api(values, identity, attempts)
    face = make_face(identity, attempts, values.section(HubSettings))
    places = values.places
    return (
        Service(api.application(), places.socket(ACCOUNT), API_AT_ONCE),
        Service(face.application(), places.socket(FACE), FACE_AT_ONCE),
    )


def main(arguments: list[str] | None = None) -> None:
    """Errors that are foreseen are said in one line, without a traceback."""
    chosen = values_parser("python -m hub.signin.main", __doc__).parse_args(arguments)
    log_lines()
    with said_in_one_line():
        serve(make_services(read_values(chosen.values)))


if __name__ == "__main__":
    main()
