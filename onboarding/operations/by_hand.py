"""Files that were edited by hand enter the register under the name of who records them, by the operator alone."""

from __future__ import annotations

from onboarding.actor import Actor
from onboarding.entry_verbs import BY_HAND
from onboarding.hand_edits import Difference
from onboarding.operations.office import Office, Outcome
from onboarding.permissions import check_permission
from onboarding.proposing import check_signed_by, unapproved_changes
from onboarding.reasons import check_reason
from policies.access.approvals import Organisations
from policies.register.blobs import MANIFEST
from policies.register.follow import register_after

FIRST = "le registre n'existait pas encore"


def record_by_hand(office: Office, actor: Actor, reason: str, shown: tuple[Difference, ...] | None = None) -> Outcome:
    """A hand edit is in the name of who records it, or is refused with the entry named.

    So is all that it proposes, suspends, ends and withdraws; and it proposes nothing that they could not have
    proposed by an operation.

    `shown`: the differences that the actor was shown. The outcome has no digest when nothing differs.
    Raises NotPermittedError, ReasonError, StaleError, InvalidFilesError.
    """
    check_permission(BY_HAND, actor, Organisations())
    check_reason(reason)
    writer = office.writer.also(check_signed_by(actor))
    changed = writer.edited()
    # the first record of all makes the register
    before = office.register() if (office.folder / MANIFEST).exists() else None
    digest = None if office.dry_run else writer.record(actor.person, f"{BY_HAND} : {reason}", shown)
    if before is None:
        return Outcome(BY_HAND, digest, tuple(unapproved_changes(None, changed)), unsaid=FIRST)
    to_approve = tuple(unapproved_changes(before, changed))
    return Outcome(BY_HAND, digest, to_approve, *office.told(before, register_after(before, changed), changed))
