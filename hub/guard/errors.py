"""What the guard answers when it does not do what it was asked: a status, perhaps a kind for the journal, a reason.

The reasons are French: the hub shows them to people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from policies.errors import DatalabError


class GuardError(DatalabError):
    """The base of the guard's answers; raised through one of its kinds.

    `details` are for the journal alone.
    """

    status: ClassVar[int] = 500
    journaled: ClassVar[str | None] = None

    def __init__(self, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.details = dict(details or {})


class RefusedCallError(GuardError):
    """Raised on a call, a body or a query that is not one of the few that the guard speaks."""

    status = 403
    journaled = "call_refused"


class AttackError(GuardError):
    """Raised when the hub asks for what no honest hub asks: forged, or another rendering of equal facts."""

    status = 403
    journaled = "attack"


class RefusalError(GuardError):
    """Raised when the law, the directory or the sign-in does not give what is asked."""

    status = 403
    journaled = "refusal"


class TicketRefusedError(GuardError):
    """Raised when nobody has signed in for this workspace: forged, too old, or somebody else's ticket."""

    status = 403
    journaled = "ticket_refused"


class StaleRequestError(GuardError):
    """Raised when the hub decided on another law, other facts or another day: it decides again."""

    status = 409

    def __init__(self, what: str) -> None:
        super().__init__(f"stale : {what} ; décidez à nouveau.")


class ConflictError(GuardError):
    """Raised when a workspace of this name already runs."""

    status = 409


class UnknownContainerError(GuardError):
    """Raised when there is no such container: it is truly gone, or was never the guard's."""

    status = 404


class TroubleError(GuardError):
    """Raised when a source cannot be read or Docker does not answer: nothing is known, nothing starts."""

    status = 503


class NoAnswerError(TroubleError):
    """Raised when Docker took a request and said nothing: whether it was done is not known."""


class FailedStartError(GuardError):
    """Raised when a workspace did not come up as it must; it was removed."""

    status = 500
    journaled = "start_failed"
