"""What the hub and the command line ask: identify, journal, then sign. What is not journaled is not signed.

The journal never holds what was typed: a refusal names the person only when the directory knows one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.signin.bodies import ApproveBody, ResetBody, SignInBody
from hub.signin.identity import Identified, Identity
from hub.signin.refusals import Refused, RefusedError
from hub.signin.signing import SigningKey
from policies.calendar import paris_day
from policies.proofs.tickets import encode

# who resets a second factor: an administrator, who answers to the operator of the datalab
RESETTING_ROLE, RESETTING_ORGANISATION = "administrator", "dinum"


@dataclass(frozen=True)
class SignIn:
    """Signs for whoever the directory knows by login and password, and by a code when they have a second factor."""

    identity: Identity
    key: SigningKey

    def sign_in(self, asked: SignInBody) -> dict[str, Any]:
        """The person and a ticket; raises RefusedError."""
        who = self.identity.identify(asked, "sign_in_refused")
        self.identity.diary.note("sign_in", {"person": who.person.id, "factors": who.factors})
        ticket = self.key.ticket(who.person.id, who.factors, self.identity.clock())
        return {"person": who.person.id, "name": who.person.name, "ticket": encode(ticket)}

    def approve(self, asked: ApproveBody) -> dict[str, Any]:
        """The approval of a fingerprint, with the roles that the directory gives today; raises RefusedError."""
        person = self.identity.identify(asked, "approval_refused").person
        approval = self.key.approval(person, paris_day(self.identity.clock()), asked.fingerprint)
        self.identity.diary.note(
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

    def reset_factor(self, asked: ResetBody) -> dict[str, Any]:
        """Take away the second factor of somebody who lost the device; raises RefusedError."""
        who = self.identity.identify(asked, "factor_reset_refused")
        with self.identity.diary.refusing("factor_reset_refused", of=asked.person):
            check_may_reset(who, asked.person)
            self.identity.factors.reset(asked.person, who.person.id)
        return {"person": asked.person}


def check_may_reset(who: Identified, person: str) -> None:
    """A second factor is taken away by an administrator of DINUM, with two factors, never by the one it belongs to.

    A password alone that took away second factors would be worth as much as each of them.
    """
    administers = RESETTING_ROLE in who.person.roles and who.person.organisation == RESETTING_ORGANISATION
    if not administers:
        raise RefusedError(Refused.NOT_ADMINISTRATOR, who.person.id)
    if who.person.id == person:
        raise RefusedError(Refused.OWN_FACTOR, who.person.id)
    if who.factor is None:
        raise RefusedError(Refused.TWO_FACTORS_NEEDED, who.person.id)
