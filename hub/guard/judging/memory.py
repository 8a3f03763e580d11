"""What the guard saw of the register and does not see undone by a hand: suspensions, ends, withdrawals, approvals.

A suspension that was seen stays until a rightly approved lift of it is seen, an early end stays as long as
the approval that it cuts, whatever the register says meanwhile. An approval that was seen replaced by
another at its place never counts again, nor does a version that was seen withdrawn. Pure; the store is beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from types import MappingProxyType
from typing import Any

from pydantic import Field

from policies.access.approvals import Approvals
from policies.access.suspensions import stands, suspendable
from policies.files import Closed
from policies.register.attested import Attested, Endable, Ended, Precaution, Suspension
from policies.register.dataset import Dataset, Part
from policies.register.documents import DATALAB, split_path
from policies.register.follow import Register
from policies.register.places import attested_entries, split_place

Signatures = Mapping[str, str]
"""Place -> signature of the approval that stands there."""
Correction = tuple[str, tuple[str, ...], Mapping[str, Any]]
"""Path of a document, keys inside it, and the fields that are otherwise there."""


class End(Closed):
    """An early end that was seen, of what this approval signed."""

    signature: str
    ended: Ended


class Remembered(Closed):
    """By place: the suspension that stands, the early end, the last approval, those that no longer count.

    `withdrawn`: place of a part -> its versions that were seen withdrawn.
    """

    suspended: dict[str, Precaution] = Field(default_factory=dict)
    ended: dict[str, End] = Field(default_factory=dict)
    last: dict[str, str] = Field(default_factory=dict)
    retired: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    withdrawn: dict[str, dict[str, Precaution]] = Field(default_factory=dict)


def observe(known: Remembered, before: Register | None, now: Register, approvals: Approvals) -> Remembered:
    """What is known once a register was seen; `before` is the one that was seen last, None at first."""
    changed = _changed(before, now)
    looked_at = {*changed, *(split_place(place)[0] for place in known.suspended)}
    last, retired = dict(known.last), dict(known.retired)
    for path in changed if before is not None else ():
        _retire(last, retired, _signatures(before, path), _signatures(now, path))
    if before is None:
        for path in {split_place(place)[0] for place in known.last}:
            _retire(last, retired, {}, _signatures(now, path))
    return Remembered(
        suspended=_suspended(known, now, looked_at, approvals),
        ended=_ended(known, now, changed),
        last=last,
        retired=retired,
        withdrawn=_withdrawn(known, now, changed),
    )


def _changed(before: Register | None, now: Register) -> set[str]:
    if before is None:
        return set(now.documents)
    both = before.documents.keys() | now.documents.keys()
    return {path for path in both if before.documents.get(path) != now.documents.get(path)}


def _suspended(known: Remembered, now: Register, paths: Iterable[str], approvals: Approvals) -> dict[str, Precaution]:
    found = dict(known.suspended)
    for path in paths:
        document = now.document(path)
        for place, suspension, at, who in suspendable(path, document) if document is not None else ():
            if suspension is None:
                continue
            if stands(approvals, place, suspension, at, who):
                found[place] = suspension.precaution
            elif found.get(place) == suspension.precaution:
                del found[place]
    return found


def _ended(known: Remembered, now: Register, paths: Iterable[str]) -> dict[str, End]:
    """The earliest end seen of each entry that still stands as it was approved."""
    found = dict(known.ended)
    for path in paths:
        document = now.document(path)
        for place, entry in attested_entries(path, document) if document is not None else ():
            if not isinstance(entry, Endable) or entry.approved is None:
                continue
            signature, before = entry.approved.proof.signature, found.get(place)
            if before is not None and before.signature != signature:
                del found[place]
                before = None
            if entry.ended is not None and (before is None or entry.ended.day < before.ended.day):
                found[place] = End(signature=signature, ended=entry.ended)
    return found


def _withdrawn(known: Remembered, now: Register, paths: Iterable[str]) -> dict[str, dict[str, Precaution]]:
    found = dict(known.withdrawn)
    for path in paths:
        document = now.document(path)
        for name, part in document.parts.items() if isinstance(document, Dataset) else ():
            if part.withdrawals:
                place = f"{path.removesuffix('.yaml')}/parts/{name}"
                found[place] = {**part.withdrawals, **found.get(place, {})}
    return found


def _signatures(register: Register | None, path: str) -> Signatures:
    document = register.document(path) if register is not None else None
    entries = attested_entries(path, document) if document is not None else ()
    return {place: entry.approved.proof.signature for place, entry in entries if entry.approved is not None}


def _retire(last: dict[str, str], retired: dict[str, tuple[str, ...]], old: Signatures, new: Signatures) -> None:
    """Note what took the place of what; one that was retired and is put back retires nothing."""
    for place in old.keys() | new.keys() | (last.keys() & new.keys()):
        was, becomes = last.get(place, old.get(place)), new.get(place)
        if (becomes is not None and becomes in retired.get(place, ())) or becomes is None:
            if was is not None:
                last[place] = was
        else:
            last.pop(place, None)
            if was is not None and was != becomes:
                retired[place] = (*retired.get(place, ()), was)


def restored(register: Register, known: Remembered) -> Register:
    """The register with suspensions put back that nobody lifted, and without approvals that were replaced."""
    kept = _kept(register, known)
    if not kept:
        return register
    return replace(
        register,
        projects=_folder(register.projects, kept, "projects"),
        datasets=_folder(register.datasets, kept, "datasets"),
        people=_folder(register.people, kept, "people"),
        datalab=kept.get(DATALAB, register.datalab),
    )


def _folder(documents: Mapping[str, Any], kept: Mapping[str, Any], folder: str) -> Mapping[str, Any]:
    """The documents of one folder, with those that are kept otherwise."""
    others = {split_path(path)[1]: each for path, each in kept.items() if split_path(path)[0] == folder}
    return MappingProxyType({**documents, **others}) if others else documents


def undone(register: Register, known: Remembered) -> list[str]:
    """The documents in which a hand undid what was seen."""
    return sorted(_kept(register, known))


def _kept(register: Register, known: Remembered) -> dict[str, Any]:
    """The documents that are not as the register says, by path."""
    found: dict[str, Any] = {}
    for path, keys, change in chain(_corrections(register, known), _withdrawals(register, known)):
        found[path] = put(found.get(path, register.document(path)), keys, change)
    return found


def _corrections(register: Register, known: Remembered) -> Iterator[Correction]:
    for place, precaution in known.suspended.items():
        path, keys = split_place(place)
        held = at(register.document(path), keys)
        if held is not None and getattr(held, "suspension", None) != _suspension(precaution):
            yield path, keys, {"suspension": _suspension(precaution)}
    for place, end in known.ended.items():
        path, keys = split_place(place)
        entry = at(register.document(path), keys)
        if isinstance(entry, Endable) and _outlasts(entry, end):
            yield path, keys, {"ended": end.ended}
    for place, signatures in known.retired.items():
        path, keys = split_place(place)
        entry = at(register.document(path), keys)
        if isinstance(entry, Attested) and entry.approved and entry.approved.proof.signature in signatures:
            yield path, keys, {"approved": None}


def _withdrawals(register: Register, known: Remembered) -> Iterator[Correction]:
    for place, versions in known.withdrawn.items():
        path, keys = split_place(place)
        part = at(register.document(path), keys)
        if isinstance(part, Part) and not versions.keys() <= part.withdrawals.keys():
            yield path, keys, {"withdrawals": {**versions, **part.withdrawals}}


def _outlasts(entry: Endable, end: End) -> bool:
    """Whether an entry says that it counts longer than an end that was seen of it."""
    same = entry.approved is not None and entry.approved.proof.signature == end.signature
    return same and (entry.ended is None or entry.ended.day > end.ended.day)


def _suspension(precaution: Precaution) -> Suspension:
    return Suspension(day=precaution.day, by=precaution.by, reason=precaution.reason)


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
