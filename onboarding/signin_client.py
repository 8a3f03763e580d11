"""Approvals are asked of the sign-in process, over its Unix socket, with what the approver just typed.

The password goes from the terminal to that socket and nowhere else: no command line, file or log.
"""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from policies.errors import DatalabError, UnavailableError
from policies.files import parse
from policies.register.attested import Approval

TIMEOUT_S = 30.0
REFUSED = {
    "wrong_password": "Le mot de passe n'est pas le bon.",
    "unknown_person": "Personne ne porte cet identifiant dans l'annuaire.",
    "too_many_attempts": "Trop d'essais : attendez quelques instants avant de recommencer.",
}


class SignInRefusedError(DatalabError):
    """Raised when the sign-in process does not accept what was typed; says why in French."""


def ask_approval(socket: Path, login: str, password: str, fingerprint: str) -> Approval:
    """The approval of what has this fingerprint, by whoever has this login and password.

    Raises SignInRefusedError, or UnavailableError when sign-in or directory does not answer.
    """
    question = {"login": login, "password": password, "fingerprint": fingerprint}
    try:
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(socket)), timeout=TIMEOUT_S) as client:
            answer = client.post("http://signin/approve", json=question)
        values = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise UnavailableError(f"{socket}: sign-in does not answer ({type(error).__name__})") from None
    return _approval(answer.status_code, values if isinstance(values, dict) else {})


def _approval(status: int, values: dict[str, Any]) -> Approval:
    if status == HTTPStatus.OK:
        return parse(Approval, values.get("approval"), "sign-in", "approval")
    reason = str(values.get("error", ""))
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS}:
        raise SignInRefusedError(REFUSED.get(reason, "La connexion a été refusée."))
    raise UnavailableError(f"sign-in cannot approve now: {reason or status}")
