"""The register as the guard judges it: what was seen suspended, ended, withdrawn or replaced is so. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from hub.guard.judging.memory import Ends, Precautions, Remembered, Trace
from policies.files import Closed
from policies.register.attested import Attested, Endable, Ended, Precaution, Suspension
from policies.register.dataset import Part
from policies.register.documents import DATALAB, split_path
from policies.register.follow import Register
from policies.register.places import split_place

Correction = tuple[str, Mapping[str, Any]]
"""A place, and the fields that are otherwise there."""


def undone(register: Register, known: Remembered) -> dict[str, Closed]:
    """The documents in which a hand undid what was seen, as they are judged, by path."""
    there = {path: trace for path, trace in known.documents.items() if path in register.documents}
    return {path: found for path, trace in there.items() if (found := corrected(register.document(path), trace))}


def with_documents(register: Register, others: Mapping[str, Any]) -> Register:
    """The register with some documents replaced, the same object without any."""
    if not others:
        return register
    return replace(
        register,
        projects=_folder(register.projects, others, "projects"),
        datasets=_folder(register.datasets, others, "datasets"),
        people=_folder(register.people, others, "people"),
        datalab=others.get(DATALAB, register.datalab),
    )


def _folder(documents: Mapping[str, Any], others: Mapping[str, Any], folder: str) -> Mapping[str, Any]:
    mine = {split_path(path)[1]: each for path, each in others.items() if split_path(path)[0] == folder}
    return MappingProxyType({**documents, **mine}) if mine else documents


def corrected(document: Closed | None, trace: Trace) -> Closed | None:
    """A document as what was kept of it wants it, None where it says so itself.

    The `trace` was learned from this document too, under the approvals that it is judged with.
    """
    found = document
    for place, change in _corrections(document, trace):
        found = put(found, split_place(place)[1], change)
    return None if found is document else found


def _corrections(document: Closed | None, trace: Trace) -> Iterator[Correction]:
    yield from _closures(document, trace)
    yield from _approvals(document, trace)


def _closures(document: Closed | None, trace: Trace) -> Iterator[Correction]:
    shut = trace.shut
    for place, precautions in trace.suspended.items():
        held = at(document, split_place(place)[1])
        if held is not None and not _stands(held.suspension, precautions, place in shut):
            yield place, {"suspension": _suspension(precautions[0])}
    for place, ends in trace.ended.items():
        if end := _end_of(at(document, split_place(place)[1]), ends):
            yield place, {"ended": end}
    for place, versions in trace.withdrawn.items():
        part = at(document, split_place(place)[1])
        if isinstance(part, Part) and not versions.keys() <= part.withdrawals.keys():
            yield place, {"withdrawals": {**versions, **part.withdrawals}}


def _approvals(document: Closed | None, trace: Trace) -> Iterator[Correction]:
    spent = trace.spent
    for place in trace.retired.keys() | spent:
        signature = _signature(at(document, split_place(place)[1]))
        if signature is not None and (place in spent or signature in trace.retired[place]):
            yield place, {"approved": None}


def _stands(suspension: Suspension | None, precautions: Precautions, shut: bool) -> bool:
    """Whether what a document says suspends by itself: without a lift, or with one that was seen not to count."""
    if suspension is None or suspension.lifted is None:
        return suspension is not None
    return suspension.precaution in precautions and not shut


def _end_of(entry: object, ends: Ends) -> Ended | None:
    """The end that was seen of an entry as it is approved, where the entry says that it counts longer."""
    signature = _signature(entry)
    end = next((each.ended for each in ends if each.signature == signature), None)
    if end is None or not isinstance(entry, Endable):
        return None
    return end if entry.ended is None or entry.ended.day > end.day else None


def _signature(entry: object) -> str | None:
    return entry.approved.proof.signature if isinstance(entry, Attested) and entry.approved is not None else None


def _suspension(precaution: Precaution) -> Suspension:
    return Suspension(**precaution.model_dump())


def at(value: Any, keys: tuple[str, ...]) -> Any:
    """What stands at keys inside a document, None when nothing does."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else getattr(value, key, None)
    return value


def put(value: Any, keys: tuple[str, ...], change: Mapping[str, Any]) -> Any:
    """The document with some fields of what stands at keys replaced."""
    if not keys:
        return value.model_copy(update=dict(change))
    first, rest = keys[0], keys[1:]
    if isinstance(value, Mapping):
        return {**value, first: put(value[first], rest, change)}
    return value.model_copy(update={first: put(getattr(value, first), rest, change)})
