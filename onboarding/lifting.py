"""What one person may not undo in the register: a suspension that nobody lifted, an early end, a withdrawal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from onboarding.ground import read_approvals
from policies.access.approvals import Approvals
from policies.access.suspensions import stands, suspendable
from policies.errors import Problem
from policies.files import Closed
from policies.register.attested import Endable
from policies.register.dataset import Dataset
from policies.register.places import attested_entries
from policies.settings import Places

NOT_LIFTED = (
    "a suspension is not taken away or rewritten; write its lift beneath it (lifted: proposed, reason, of), have the "
    "lift approved by a second person, then take both away"
)
NOT_DELIVERED_AGAIN = "a withdrawn version is not read again; deliver the files anew, and have the delivery confirmed"
NOT_PROLONGED = "an end is not taken away or put later; propose a new period instead, and have it approved"


Check = Callable[[str, Closed | None, Closed | None], Iterator[Problem]]


def check_undone(read: Callable[[], Approvals]) -> Check:
    """The check of every change; `read` gives what approvals are judged with, where a lift must be judged."""

    def check(path: str, before: Closed | None, after: Closed | None) -> Iterator[Problem]:
        if before is not None and after is not None:
            yield from _suspensions(read, path, before, after)
            yield from _ends(path, before, after)
            yield from _withdrawals(path, before, after)

    return check


def undone_of(places: Places) -> Check:
    """The check of an installation's changes."""
    return check_undone(partial(read_approvals, places))


def _suspensions(read: Callable[[], Approvals], path: str, before: Closed, after: Closed) -> Iterator[Problem]:
    now = {place: suspension for place, suspension, _, _ in suspendable(path, after)}
    for place, suspension, at, who in suspendable(path, before):
        # What is no longer there opens nothing; what comes back is known to the guard.
        if suspension is None or place not in now:
            continue
        becomes = now[place]
        if becomes is not None and becomes.precaution == suspension.precaution:
            continue
        if suspension.lifted is None or stands(read(), place, suspension, at, who):
            yield Problem(path, f"{place}/suspension", NOT_LIFTED)


def _ends(path: str, before: Closed, after: Closed) -> Iterator[Problem]:
    now = dict(attested_entries(path, after))
    for place, entry in attested_entries(path, before):
        becomes = now.get(place)
        if not isinstance(entry, Endable) or not isinstance(becomes, Endable) or entry.ended is None:
            continue
        sooner = becomes.ended is not None and becomes.ended.day <= entry.ended.day
        if becomes.approved is not None and becomes.approved == entry.approved and not sooner:
            yield Problem(path, f"{place}/ended", NOT_PROLONGED)


def _withdrawals(path: str, before: Closed, after: Closed) -> Iterator[Problem]:
    if not isinstance(before, Dataset) or not isinstance(after, Dataset):
        return
    for name, part in before.parts.items():
        standing = {each.name for each in after.standing(name)} if name in after.parts else set()
        for version in sorted(standing & part.withdrawals.keys()):
            yield Problem(path, f"parts.{name}.withdrawals.{version}", NOT_DELIVERED_AGAIN)
