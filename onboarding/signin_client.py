"""Tickets, approvals and resets are asked of the sign-in process, over its Unix socket, with what a person just typed.

The password goes from the terminal to that socket and nowhere else: no command line, file or log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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
    "code_needed": "Ce compte a un second facteur : donnez aussi son code.",
    "wrong_code": "Le code n'est pas le bon.",
    "used_code": "Ce code a déjà servi : attendez le suivant, puis recommencez.",
    "too_many_codes": "Trop de codes faux : le suivant ne sera lu qu'après une pause.",
    "no_factor": "Ce compte n'a pas de second facteur : recommencez sans code.",
    "not_administrator": "Seul un administrateur de la DINUM réinitialise un second facteur.",
    "own_factor": "Personne ne réinitialise son propre second facteur : demandez à un autre administrateur.",
    "two_factors_needed": (
        "Réinitialiser un second facteur en demande un : enregistrez d'abord le vôtre à la page « Second facteur »."
    ),
    "nothing_to_reset": "Cette personne n'a pas de second facteur.",
}
# what the answer to a person is about; any other status says that the sign-in process cannot answer now
ANSWERED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS}


class SignInRefusedError(DatalabError):
    """Raised when the sign-in process does not accept what was typed; says why in French."""


class CodeNeededError(SignInRefusedError):
    """Raised when the password was right and the person has a second factor: ask for its code."""


@dataclass(frozen=True)
class Typed:
    """What was typed on a terminal; `code` is empty until it is asked for."""

    login: str
    password: str = field(repr=False)
    code: str = field(default="", repr=False)


def ask_ticket(socket: Path, typed: Typed) -> str:
    """The ticket of whoever typed this, just signed; raises as `ask_approval`."""
    return str(_ask(socket, "sign-in", typed, {}).get("ticket", ""))


def ask_approval(socket: Path, typed: Typed, fingerprint: str) -> Approval:
    """The approval of what has this fingerprint, by whoever typed this.

    Raises SignInRefusedError, or UnavailableError when sign-in or directory does not answer.
    """
    values = _ask(socket, "approve", typed, {"fingerprint": fingerprint})
    return parse(Approval, values.get("approval"), "sign-in", "approval")


def reset_factor(socket: Path, typed: Typed, person: str) -> None:
    """Take away a person's second factor, by the administrator who typed this; raises as `ask_approval`."""
    _ask(socket, "reset-factor", typed, {"person": person})


def _ask(socket: Path, verb: str, typed: Typed, more: dict[str, str]) -> dict[str, Any]:
    question = {"login": typed.login, "password": typed.password, "code": typed.code} | more
    try:
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(socket)), timeout=TIMEOUT_S) as client:
            answer = client.post(f"http://signin/{verb}", json=question)
        values = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise UnavailableError(f"{socket}: sign-in does not answer ({type(error).__name__})") from None
    return _accepted(verb, answer.status_code, values if isinstance(values, dict) else {})


def _accepted(verb: str, status: int, values: dict[str, Any]) -> dict[str, Any]:
    if status == HTTPStatus.OK:
        return values
    reason = str(values.get("error", ""))
    if status in ANSWERED and reason:
        error = CodeNeededError if reason == "code_needed" else SignInRefusedError
        raise error(REFUSED.get(reason, "La connexion a été refusée."))
    raise UnavailableError(f"sign-in cannot {verb} now: {reason or status}")
