"""What the guard saw of the register and does not see undone by a hand: suspensions, ends, withdrawals, approvals.

Every suspension that was seen stays until a rightly approved lift of that very one is seen; an early end
stays as long as the approval that it cuts, whatever the register says meanwhile; an approval that was
seen replaced by another at its place never counts again, nor does a version that was seen withdrawn.
What is kept of one place is bounded, and a place that reaches the bound stays closed. Pure; `restoring`
says what this does to a register, the store is beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized
from itertools import islice
from typing import Any

from pydantic import Field, model_validator

from policies.access.approvals import Approvals
from policies.access.suspensions import stands, suspendable
from policies.files import Closed
from policies.register.attested import Attested, Endable, Ended, Precaution
from policies.register.dataset import Dataset
from policies.register.follow import Register
from policies.register.places import attested_entries, split_place

MOST_SUSPENSIONS = 64
MOST_APPROVALS = 4_096
LONGEST_SIGNATURE = 88  # of Ed25519, in base64: what is longer verifies nowhere

Signatures = Mapping[str, str]
"""Place -> signature of the approval that stands there."""
Precautions = tuple[Precaution, ...]


class End(Closed):
    """An early end that was seen, of what this approval signed."""

    signature: str
    ended: Ended


Ends = tuple[End, ...]


class Trace(Closed):
    """Of one document, by place: suspensions that stand, early ends, the last approval, those that no longer count.

    `withdrawn`: place of a part -> its versions that were seen withdrawn.
    """

    suspended: dict[str, Precautions] = Field(default_factory=dict)
    ended: dict[str, Ends] = Field(default_factory=dict)
    last: dict[str, str] = Field(default_factory=dict)
    retired: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    withdrawn: dict[str, dict[str, Precaution]] = Field(default_factory=dict)

    @property
    def shut(self) -> frozenset[str]:
        """The places at which so many suspensions were seen at once that no lift opens them."""
        return frozenset(place for place, each in self.suspended.items() if len(each) >= MOST_SUSPENSIONS)

    @property
    def spent(self) -> frozenset[str]:
        """The places at which so much was replaced, ended or withdrawn that no approval counts any more."""
        kinds: tuple[Mapping[str, Sized], ...] = (self.retired, self.ended, self.withdrawn)
        return frozenset(place for kind in kinds for place, each in kind.items() if len(each) >= MOST_APPROVALS)


NOTHING = Trace()


class Remembered(Closed):
    """What is kept, by the path of the document."""

    documents: dict[str, Trace] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _of_before(cls, values: Any) -> Any:
        """A memory of before suspensions and ends were all kept: one of each place, documents not told apart."""
        if not isinstance(values, dict) or not values.keys() & Trace.model_fields.keys():
            return values
        return _by_document(values)


def _by_document(values: Mapping[str, Any]) -> dict[str, Any]:
    documents: dict[str, dict[str, dict[str, Any]]] = {}
    for kind, places in values.items():
        if kind not in Trace.model_fields or not isinstance(places, dict):
            raise ValueError(f"{kind}: is not what a memory holds")
        for place, each in places.items():
            kept = documents.setdefault(split_place(place)[0], {}).setdefault(kind, {})
            kept[place] = [each] if kind in {"suspended", "ended"} else each
    return {"documents": documents}


def observe(
    known: Remembered, before: Register | None, now: Register, approvals: Approvals, anew: bool = False
) -> Remembered:
    """What is known once a register was seen, the same object when it taught nothing.

    `before` is the register that was seen last, None at first. `anew`: lifts are judged by another law or
    other keys than they were, so that one that counted may not count any more.
    """
    found: dict[str, Trace] = {}
    for path in now.documents if anew else _changed(before, now):
        trace = known.documents.get(path, NOTHING)
        was = before.document(path) if before is not None else None
        learned = _learned(trace, path, was, now.document(path), approvals)
        if learned != trace:
            found[path] = learned
    if not found:
        return known
    documents = {path: trace for path, trace in (known.documents | found).items() if found.get(path) != NOTHING}
    return known.model_copy(update={"documents": documents})


def _changed(before: Register | None, now: Register) -> Iterable[str]:
    if before is None:
        return now.documents
    both = before.documents.keys() | now.documents.keys()
    return {path for path in both if before.documents.get(path) != now.documents.get(path)}


def _learned(trace: Trace, path: str, was: Closed | None, becomes: Closed | None, approvals: Approvals) -> Trace:
    last, retired = dict(trace.last), dict(trace.retired)
    _retire(last, retired, _signatures(path, was), _signatures(path, becomes))
    known = trace.model_copy(update={"last": last, "retired": retired})
    if becomes is None:
        return known
    return known.model_copy(
        update={
            "suspended": _suspended(known, path, becomes, approvals),
            "ended": _ended(known, path, becomes),
            "withdrawn": _withdrawn(known, path, becomes),
        }
    )


def _suspended(trace: Trace, path: str, document: Closed, approvals: Approvals) -> dict[str, Precautions]:
    """Every suspension seen, but for those whose own lift is there, rightly approved and not replaced by another."""
    found, shut, spent = dict(trace.suspended), trace.shut, trace.spent
    for place, suspension, at, who in suspendable(path, document):
        if suspension is None or place in shut:
            continue
        others = tuple(each for each in found.get(place, ()) if each != suspension.precaution)
        lift, there = suspension.lifted, f"{place}/suspension/lifted"
        void = there in spent or (lift is not None and _signature(lift) in trace.retired.get(there, ()))
        if not void and not stands(approvals, place, suspension, at, who):
            found[place] = others
        elif len(others) == len(found.get(place, ())):
            found[place] = (*others, suspension.precaution)
    return {place: each for place, each in found.items() if each}


def _ended(trace: Trace, path: str, document: Closed) -> dict[str, Ends]:
    """Of each approval, the earliest end that was ever seen."""
    found = dict(trace.ended)
    for place, entry in attested_entries(path, document):
        signature = _signature(entry)
        if not isinstance(entry, Endable) or entry.ended is None or signature is None:
            continue
        ends, this = found.get(place, ()), End(signature=signature, ended=entry.ended)
        before = next((end for end in ends if end.signature == signature), None)
        if before is None and len(ends) < MOST_APPROVALS:
            found[place] = (*ends, this)
        elif before is not None and entry.ended.day < before.ended.day:
            found[place] = tuple(this if end is before else end for end in ends)
    return _counting(found, trace.retired)


def _counting(ended: Mapping[str, Ends], retired: Mapping[str, tuple[str, ...]]) -> dict[str, Ends]:
    """The ends of approvals that may still count: one that was replaced never does, so that its end says nothing.

    A place that is spent keeps them all, so that it stays so.
    """
    counting = {
        place: tuple(end for end in ends if len(ends) >= MOST_APPROVALS or end.signature not in retired.get(place, ()))
        for place, ends in ended.items()
    }
    return {place: ends for place, ends in counting.items() if ends}


def _withdrawn(trace: Trace, path: str, document: Closed) -> dict[str, dict[str, Precaution]]:
    """Every version that was ever seen withdrawn, as it was first."""
    found = dict(trace.withdrawn)
    for name, part in document.parts.items() if isinstance(document, Dataset) else ():
        if part.withdrawals:
            place = f"{path.removesuffix('.yaml')}/parts/{name}"
            both = {**found.get(place, {}), **part.withdrawals} | found.get(place, {})
            found[place] = dict(islice(both.items(), MOST_APPROVALS))
    return found


def _signature(entry: Attested) -> str | None:
    signature = entry.approved.proof.signature if entry.approved is not None else ""
    return signature if 0 < len(signature) <= LONGEST_SIGNATURE else None


def _signatures(path: str, document: Closed | None) -> Signatures:
    entries = attested_entries(path, document) if document is not None else ()
    return {place: signature for place, entry in entries if (signature := _signature(entry)) is not None}


def _retire(last: dict[str, str], retired: dict[str, tuple[str, ...]], old: Signatures, new: Signatures) -> None:
    """Note what took the place of what; one that was retired and is put back retires nothing."""
    for place in old.keys() | new.keys() | (last.keys() & new.keys()):
        was, becomes = last.get(place, old.get(place)), new.get(place)
        gone = retired.get(place, ())
        if becomes is None or becomes in gone:
            if was is not None:
                last[place] = was
        else:
            last.pop(place, None)
            if was is not None and was not in (becomes, *gone) and len(gone) < MOST_APPROVALS:
                retired[place] = (*gone, was)
