"""The files of sealed homes that may come back: named one by one, attested by who entrusted the data beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policies.access.approvals import Approvals, Organisations
from policies.access.spaces import Label
from policies.register.follow import FoundProcessing, Register
from policies.register.project import Requalification

KIND = "requalification"


@dataclass(frozen=True)
class Released:
    """An approved requalification: the home, its name in the register, the parts that it speaks for, the files."""

    name: str
    home: str
    parts: Label
    files: Mapping[str, str]


def released(register: Register, found: FoundProcessing, person: str, approvals: Approvals) -> Iterator[Released]:
    """The requalifications of a person's homes that a second person with the right role approved."""
    for name, entry in found.processing.requalifications.items():
        if entry.person == person and not _flaw(register, found, name, entry, approvals):
            yield Released(name, entry.home, frozenset(entry.parts), entry.files)


def _flaw(
    register: Register, found: FoundProcessing, name: str, entry: Requalification, approvals: Approvals
) -> str | None:
    place = f"{found.place}/requalifications/{name}"
    producers = {register.datasets[each].producer for each in _datasets(entry) if each in register.datasets}
    at = Organisations(
        carrier=found.project.carrier,
        controller=found.processing.controller,
        producer=producers.pop() if len(producers) == 1 else None,
    )
    return approvals.flaw(KIND, place, entry, at, frozenset({entry.person}))


def _datasets(entry: Requalification) -> set[str]:
    return {part.partition("/")[0] for part in entry.parts}
