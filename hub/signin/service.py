"""A sign-in is: ask the directory, journal, then sign. What is not journaled is not signed.

The journal never holds what was typed: a refusal names the person only when the directory knows one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from hub.signin.bodies import ApproveBody, SignInBody
from hub.signin.signing import SigningKey
from policies.calendar import now, paris_day
from policies.directory.lookup import Directory, UnknownPersonError, WrongPasswordError
from policies.directory.person import DirectoryEntryError, Person
from policies.errors import DatalabError, UnavailableError
from policies.journal.append import Journal
from policies.proofs.tickets import encode

FACTORS = ("password",)
log = logging.getLogger("datalab.signin")


class Refused(Enum):
    """Why a sign-in is refused: the word that is answered, and the status."""

    WRONG_PASSWORD = ("wrong_password", 401)
    UNKNOWN_PERSON = ("unknown_person", 401)
    ENTRY_REFUSED = ("entry_refused", 503)
    DIRECTORY_UNAVAILABLE = ("directory_unavailable", 503)
    JOURNAL_UNAVAILABLE = ("journal_unavailable", 503)

    @property
    def guessed(self) -> bool:
        """Whether this counts as guessing."""
        return self.value[1] == 401


class RefusedError(DatalabError):
    """Raised instead of an answer; `person` is the id that the directory gave, if any."""

    def __init__(self, why: Refused, person: str | None = None) -> None:
        self.why = why
        self.person = person
        super().__init__(why.value[0])


@dataclass(frozen=True)
class SignIn:
    """Signs for whoever the directory knows by login and password."""

    directory: Directory
    journal: Journal
    key: SigningKey
    clock: Callable[[], datetime] = now

    def sign_in(self, asked: SignInBody) -> dict[str, Any]:
        """The person and a ticket; raises RefusedError."""
        person = self._identify(asked, "sign_in_refused")
        self._journal("sign_in", {"person": person.id, "factors": FACTORS})
        ticket = self.key.ticket(person.id, FACTORS, self.clock())
        return {"person": person.id, "name": person.name, "ticket": encode(ticket)}

    def approve(self, asked: ApproveBody) -> dict[str, Any]:
        """The approval of a fingerprint, with the roles that the directory gives today; raises RefusedError."""
        person = self._identify(asked, "approval_refused")
        approval = self.key.approval(person, paris_day(self.clock()), asked.fingerprint)
        self._journal(
            "approval",
            {
                "person": person.id,
                "organisation": person.organisation,
                "roles": approval.proof.roles,
                "day": approval.day.isoformat(),
                "fingerprint": asked.fingerprint,
            },
        )
        return {"approval": approval.model_dump(mode="json")}

    def _identify(self, asked: SignInBody | ApproveBody, kind: str) -> Person:
        try:
            return self._ask(asked.login, asked.password)
        except RefusedError as refusal:
            known = {"person": refusal.person} if refusal.person else {}
            self._journal(kind, {"reason": refusal.why.value[0]} | known)
            raise

    def _ask(self, login: str, password: str) -> Person:
        try:
            return self.directory.sign_in(login, password)
        except UnknownPersonError:
            raise RefusedError(Refused.UNKNOWN_PERSON) from None
        except WrongPasswordError as error:
            raise RefusedError(Refused.WRONG_PASSWORD, error.person) from None
        except DirectoryEntryError as error:
            log.warning("%s", error)
            raise RefusedError(Refused.ENTRY_REFUSED) from None
        except UnavailableError as error:
            log.warning("%s", error)
            raise RefusedError(Refused.DIRECTORY_UNAVAILABLE) from None

    def _journal(self, kind: str, payload: dict[str, Any]) -> None:
        try:
            self.journal.append(kind, payload)
        except UnavailableError as error:
            log.warning("%s", error)
            raise RefusedError(Refused.JOURNAL_UNAVAILABLE) from None
