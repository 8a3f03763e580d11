"""A fresh sign-in on the terminal: login, password, and a code from whoever has a second factor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import typer

from onboarding.signin_client import CodeNeededError, Typed

Result = TypeVar("Result")


def signing_in(call: Callable[[Typed], Result]) -> Result:
    """What a call answers to whoever signs in; asks for a code when the call says that one is needed.

    A code is shown while it is typed: it serves once. Questions are not among the answers on standard output.
    """
    login = typer.prompt("Identifiant", err=True)
    typed = Typed(login, typer.prompt("Mot de passe", hide_input=True, err=True))
    try:
        return call(typed)
    except CodeNeededError:
        return call(replace(typed, code=typer.prompt("Code à six chiffres", err=True)))
