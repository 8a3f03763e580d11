"""A fresh sign-in on the terminal: login, password, and a code from whoever has a second factor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from onboarding.cli.shared import ask
from onboarding.signin_client import CodeNeededError, Typed

Result = TypeVar("Result")


def signing_in(call: Callable[[Typed], Result]) -> Result:
    """What a call answers to whoever signs in; asks for a code when the call says that one is needed.

    A code is shown while it is typed: it serves once. Questions are not among the answers on standard output.
    """
    login = ask("Identifiant")
    typed = Typed(login, ask("Mot de passe", hidden=True))
    try:
        return call(typed)
    except CodeNeededError:
        return call(replace(typed, code=ask("Code à six chiffres")))
