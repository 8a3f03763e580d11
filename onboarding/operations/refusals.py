"""Why an operation is not carried out, besides a role that is missing."""

from __future__ import annotations

from collections.abc import Iterable

from onboarding.finding import did_you_mean
from policies.errors import DatalabError


class UnknownTargetError(DatalabError):
    """Raised when the register has no project, processing, dataset, person or entry of this name."""


class NotNowError(DatalabError):
    """Raised when what stands in the register leaves no room for what is asked: it is there, or ended, already."""


def unknown(what: str, name: str, known: Iterable[str]) -> UnknownTargetError:
    """The error about a name that the register does not have, with the nearest that it has."""
    return UnknownTargetError(f"{what} {name} : inconnu du registre{did_you_mean(name, known)}")
