"""What a hand edit proposes is in the name of who records it, and is what they could have done by a command.

Otherwise somebody could approve their own proposal, or propose what is not theirs to propose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from onboarding.actor import Actor
from onboarding.entry_verbs import organisations_of, verb_of
from onboarding.permissions import NotPermittedError, check_permission
from policies.access.suspensions import suspendable
from policies.errors import Problem
from policies.files import Closed
from policies.register.attested import Endable, Precaution
from policies.register.dataset import Dataset
from policies.register.follow import Register
from policies.register.places import attested_entries

Check = Callable[[str, Closed | None, Closed | None], Iterable[Problem]]


def check_signed_by(actor: Actor) -> Check:
    """The check of a hand edit that a person records: what it proposes, suspends, ends or withdraws is in their name.

    What it proposes must also be theirs to propose; whoever may record at all may narrow.
    """

    def check(path: str, before: Closed | None, after: Closed | None) -> Iterator[Problem]:
        if after is not None:
            yield from _proposals(actor, path, before, after)
            yield from _suspensions(actor.person, path, before, after)
            yield from _ends(actor.person, path, before, after)
            yield from _withdrawals(actor.person, path, before, after)

    return check


def _proposals(actor: Actor, path: str, before: Closed | None, after: Closed) -> Iterator[Problem]:
    old = {} if before is None else dict(attested_entries(path, before))
    for place, entry in attested_entries(path, after):
        was, who = old.get(place), entry.proposed.person
        if was is not None and was.signed_fingerprint(place) == entry.signed_fingerprint(place):
            continue
        if who != actor.person:
            yield Problem(
                path,
                f"{place}/proposed",
                f"{who} did not write this change; who records it proposes it (person: {actor.person}), "
                "and somebody else approves it",
            )
        try:
            check_permission(verb_of(place, entry, was is None), actor, organisations_of(place, after))
        except NotPermittedError as error:
            yield Problem(path, place, str(error))


def _suspensions(actor: str, path: str, before: Closed | None, after: Closed) -> Iterator[Problem]:
    old = {} if before is None else {place: each for place, each, _, _ in suspendable(path, before)}
    for place, suspension, _, _ in suspendable(path, after):
        was: Precaution | None = None
        if (standing := old.get(place)) is not None:
            was = standing.precaution
        if suspension is not None and suspension.precaution != was and suspension.by != actor:
            yield Problem(path, f"{place}/suspension/by", _not_theirs(suspension.by, actor))


def _ends(actor: str, path: str, before: Closed | None, after: Closed) -> Iterator[Problem]:
    old = {} if before is None else dict(attested_entries(path, before))
    for place, entry in attested_entries(path, after):
        was = old.get(place)
        if not isinstance(entry, Endable) or entry.ended is None:
            continue
        if entry.ended.by != actor and not (isinstance(was, Endable) and was.ended == entry.ended):
            yield Problem(path, f"{place}/ended/by", _not_theirs(entry.ended.by, actor))


def _withdrawals(actor: str, path: str, before: Closed | None, after: Closed) -> Iterator[Problem]:
    old = before.parts if isinstance(before, Dataset) else {}
    for name, part in after.parts.items() if isinstance(after, Dataset) else ():
        known = old[name].withdrawals if name in old else {}
        for version, withdrawal in part.withdrawals.items():
            if withdrawal.by != actor and withdrawal != known.get(version):
                place = f"{path.removesuffix('.yaml')}/parts/{name}/withdrawals/{version}/by"
                yield Problem(path, place, _not_theirs(withdrawal.by, actor))


def _not_theirs(who: str, actor: str) -> str:
    return f"{who} did not write this change; write who records it (by: {actor})"


def unapproved_changes(before: Register | None, changed: Mapping[str, Closed | None]) -> Iterator[str]:
    """The places of entries that these documents bring or change, and that nobody has approved."""
    for path, document in changed.items():
        was = before.document(path) if before is not None and path in before.documents else None
        old = {} if was is None else dict(attested_entries(path, was))
        for place, entry in attested_entries(path, document) if document is not None else ():
            if entry.approved is None and old.get(place) != entry:
                yield place
