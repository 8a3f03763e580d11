"""Whatever widens an access carries who proposed it and who approved it, with the approver's proof.

What a proof signs is the fingerprint of the entry *and of its place*, so that an approved entry
moved elsewhere, or changed by a hand, no longer counts.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from policies.files import Closed, canonical_json, fingerprint
from policies.names import PersonId


class Period(Closed):
    """Calendar days in Paris, both ends included; no `until` means no known end."""

    from_: date = Field(alias="from")
    until: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.until is not None and self.until < self.from_:
            raise ValueError(f"ends on {self.until}, before it begins on {self.from_}; swap the two days")
        return self


class Proof(Closed):
    """What the sign-in process attests after a fresh sign-in: person, roles, day, fingerprint.

    `roles` and `organisation` are those of the directory at that moment. `signature` is Ed25519, in
    base64, by the key named `key`, over the canonical JSON that `policies.proofs` builds.
    """

    key: str
    organisation: str
    roles: tuple[str, ...]
    signature: str


class Proposal(Closed):
    """Who proposed an entry, and when."""

    person: PersonId
    day: date


class Approval(Closed):
    """Who approved an entry, and when; counts only with a proof that verifies."""

    person: PersonId
    day: date
    proof: Proof


class Attested(Closed):
    """An entry that counts only once a second person approved it.

    `apart` names the fields that the approval does not sign: what narrows, and what is attested by
    itself further down.
    """

    apart: ClassVar[frozenset[str]] = frozenset()

    proposed: Proposal
    approved: Approval | None = None

    def signed_fingerprint(self, place: str) -> str:
        """What an approval of this entry at this place of the register signs.

        Values that are the model's default are left out, so that a model may gain an optional field
        without voiding what was approved before.
        """
        content = self.model_dump(mode="json", by_alias=True, exclude={*self.apart, "approved"}, exclude_defaults=True)
        return fingerprint(canonical_json({"place": place, "content": content}))


class Ended(Closed):
    """An end before the term: the last day on which the entry counts, who ended it, and why."""

    day: date
    by: PersonId
    reason: str = Field(min_length=1)


class Endable(Attested):
    """An entry that counts between two days, and that one person alone may end before the second.

    What was approved stays as it was signed, so that an end voids no approval; it can only shorten.
    `term` names the field of the approved period.
    """

    apart: ClassVar[frozenset[str]] = frozenset({"ended"})
    term: ClassVar[str] = "period"

    ended: Ended | None = None

    @model_validator(mode="after")
    def _ends_once_begun(self) -> Self:
        approved = self._approved_period
        if self.ended is not None and self.ended.day < approved.from_:
            raise ValueError(
                f"ended.day: {self.ended.day} is before the first day, {approved.from_}; take the entry away instead"
            )
        return self

    @property
    def _approved_period(self) -> Period:
        period = getattr(self, self.term)
        if not isinstance(period, Period):
            raise TypeError(f"{type(self).__name__}.{self.term} is no period")
        return period

    @property
    def effective(self) -> Period:
        """The period on whose days the entry counts: the approved one, cut by the end that somebody wrote."""
        approved = self._approved_period
        if self.ended is None or (approved.until is not None and approved.until <= self.ended.day):
            return approved
        return approved.model_copy(update={"until": self.ended.day})


class Precaution(Closed):
    """What a suspension is, apart from its lift: since when, by whom, why. One person is enough."""

    day: date
    by: PersonId
    reason: str = Field(min_length=1)


class Lift(Attested):
    """The end of a suspension: it widens, so that it counts only once a second person approved it.

    `of` repeats what is lifted, so that an approved lift lifts no later suspension.
    """

    reason: str = Field(min_length=1)
    of: Precaution


class Suspension(Precaution):
    """A precaution: nothing opens until it is lifted."""

    lifted: Lift | None = None

    @model_validator(mode="after")
    def _lifts_itself(self) -> Self:
        if self.lifted is not None and self.lifted.of != self.precaution:
            raise ValueError("lifted.of: names another suspension; repeat the day, by and reason of this one")
        return self

    @property
    def precaution(self) -> Precaution:
        """The suspension without its lift."""
        return Precaution(day=self.day, by=self.by, reason=self.reason)


def plain(model: Closed, exclude: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    """A document as plain JSON values, the form in which it is stored, signed and fingerprinted."""
    return model.model_dump(mode="json", by_alias=True, exclude=set(exclude), exclude_none=True)
