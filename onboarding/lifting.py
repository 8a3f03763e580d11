"""What one person may not undo in the register: a suspension that nobody lifted, an end, a withdrawal, a new approval.

Each step is judged by itself where it can be: a suspension that stands is neither taken away nor rewritten,
nor does it go with what it suspends. Ends and approvals may go, since that narrows; what comes back with an
approval is compared with all that the register said at its place since the day of that approval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain

from onboarding.writing import Check
from policies.access.approvals import Approvals
from policies.access.suspensions import stands, suspendable
from policies.errors import InvalidFilesError, Problem, UnavailableError
from policies.files import Closed
from policies.register.attested import Attested, Endable
from policies.register.dataset import Dataset
from policies.register.places import attested_entries

NOT_LIFTED = (
    "a suspension is not taken away or rewritten; write its lift beneath it (lifted: proposed, reason, of), have the "
    "lift approved by a second person, then take both away"
)
NOT_GONE = "what is suspended stays in the register, closed, until its suspension is lifted; leave it there"
NOT_DELIVERED_AGAIN = "a withdrawn version is not read again; deliver the files anew, and have the delivery confirmed"
NOT_PROLONGED = "an end is not taken away or put later; propose a new period instead, and have it approved"
NOT_REPLACED = (
    "this approval was replaced by another one and does not count again; propose the entry anew, with today's date, "
    "and have it approved"
)
NOT_KNOWN = (
    "the register's history since the day of this approval was forgotten, so that nobody knows whether it was ended or "
    "replaced; have the entry approved anew"
)

Said = Callable[[str, date], Iterable[Closed]]
"""What the document at a path said since a day, the latest first, but for what it says now."""
Entries = dict[str, Attested]


def check_undone(read: Callable[[], Approvals], past: Said) -> Check:
    """The check of every change; `read` gives what approvals are judged with, where a lift must be judged."""

    def check(path: str, before: Closed | None, after: Closed | None) -> Iterator[Problem]:
        if before is not None:
            yield from _suspensions(read, path, before, after)
        if after is not None:
            yield from _approvals(past, path, before, after)
            yield from _withdrawals(path, before, after)

    return check


def _suspensions(read: Callable[[], Approvals], path: str, before: Closed, after: Closed | None) -> Iterator[Problem]:
    now = {} if after is None else {place: suspension for place, suspension, _, _ in suspendable(path, after)}
    for place, suspension, at, who in suspendable(path, before):
        becomes = now.get(place)
        if suspension is None or (becomes is not None and becomes.precaution == suspension.precaution):
            continue
        if suspension.lifted is None or stands(read(), place, suspension, at, who):
            yield Problem(path, f"{place}/suspension", NOT_LIFTED if place in now else NOT_GONE)


def _approvals(past: Said, path: str, before: Closed | None, after: Closed) -> Iterator[Problem]:
    was: Entries = {} if before is None else dict(attested_entries(path, before))
    new: Entries = {}
    for place, entry in attested_entries(path, after):
        old = was.get(place)
        if _is_same(place, old, entry) and _outlasts(entry, old):
            yield Problem(path, f"{place}/ended", NOT_PROLONGED)
        elif entry.approved is not None and (old is None or old.approved != entry.approved):
            new[place] = entry
    yield from _came_back(past, path, before, new)


def _is_same(place: str, old: Attested | None, entry: Attested) -> bool:
    """Whether it is still what was approved: the approval, or at least what it signs."""
    if old is None or old.approved is None:
        return False
    return old.approved == entry.approved or old.signed_fingerprint(place) == entry.signed_fingerprint(place)


def _outlasts(entry: Attested, old: Attested | None) -> bool:
    """Whether an entry says that it counts longer than an end that was written of it."""
    if not isinstance(entry, Endable) or not isinstance(old, Endable) or old.ended is None:
        return False
    return entry.ended is None or entry.ended.day > old.ended.day


def _came_back(past: Said, path: str, before: Closed | None, new: Entries) -> Iterator[Problem]:
    """What is wrong with approvals that were not there just before: some had been there earlier, and were undone."""
    days = [entry.approved.day for entry in new.values() if entry.approved is not None]
    if not days:
        return
    open_, replaced = dict(new), set[str]()
    try:
        for document in chain([before] if before is not None else [], past(path, min(days))):
            for place, old in attested_entries(path, document):
                if place in open_ and (problem := _undone(place, old, open_[place], replaced)):
                    del open_[place]
                    yield Problem(path, *problem)
    except (InvalidFilesError, UnavailableError):
        for place in open_:
            yield Problem(path, f"{place}/approved", NOT_KNOWN)


def _undone(place: str, old: Attested, entry: Attested, replaced: set[str]) -> tuple[str, str] | None:
    """What an entry undoes of what stood at its place; `replaced` has the places where another approval stood since."""
    if old.approved is None or entry.approved is None:
        return None
    if old.approved.proof.signature != entry.approved.proof.signature:
        replaced.add(place)
        return None
    if place in replaced:
        return f"{place}/approved", NOT_REPLACED
    return (f"{place}/ended", NOT_PROLONGED) if _outlasts(entry, old) else None


def _withdrawals(path: str, before: Closed | None, after: Closed) -> Iterator[Problem]:
    if not isinstance(before, Dataset) or not isinstance(after, Dataset):
        return
    for name, part in before.parts.items():
        standing = {each.name for each in after.standing(name)} if name in after.parts else set()
        for version in sorted(standing & part.withdrawals.keys()):
            yield Problem(path, f"parts.{name}.withdrawals.{version}", NOT_DELIVERED_AGAIN)
