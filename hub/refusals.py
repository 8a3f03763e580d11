"""Errors that a person reads: French, and only what was written for them; JupyterHub's own words stay in the log."""

from __future__ import annotations

from tornado import web

from policies.errors import DatalabError
from policies.proofs.keys import ProofError

NOTHING_OPENS = (
    "Les règles, le registre ou l'annuaire ne peuvent pas être lus : rien ne s'ouvre tant que c'est le cas. "
    "L'équipe du Datalab à la DINUM peut vous aider ; réessayez dans quelques minutes."
)
SIGN_IN_AGAIN = "Votre connexion ne vaut plus. Reconnectez-vous."


class RefusedError(web.HTTPError):
    """Raised to answer a person with a status and a French sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        # JupyterHub shows this attribute, and nothing else of an error, to people.
        self.jupyterhub_message = message


def refuse(error: DatalabError) -> RefusedError:
    """What to answer when a decision could not be made; the details are for the log alone."""
    if isinstance(error, ProofError):
        return RefusedError(403, str(error))
    return RefusedError(503, NOTHING_OPENS)
