"""Registers that say, step by step, what is there, suspended and lifted: for what holds of any sequence of them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from onboarding.writing import Check, Writer
from policies.access.approvals import Approvals
from policies.access.suspensions import stands, suspendable
from policies.files import canonical_json, fingerprint
from policies.register.attested import Approval, Attested, plain
from policies.register.follow import Register, read_register
from policies.register.places import find_entry
from tests.support.judged import ADMINISTRATOR, APPROVED_ON, KEY, KEYS, LEAD, PRODUCERS, register_of, shipped_law
from tests.support.judged_documents import ANALYST, AT, PROJECT_FILE, PROPOSED, Values, judged_documents
from tests.support.small_register import changed

APPROVALS = Approvals(shipped_law(), KEYS)

NAMED = {
    "the project": (PROJECT_FILE,),
    "the processing": AT,
    "the person": (f"people/{ANALYST}.yaml",),
    "the dataset": ("datasets/menages.yaml",),
}
WORDS: Values = {"day": "2026-05-04", "by": "padm01", "reason": "essai"}
# the same words with two numbers and with none, the same words of another day
SUSPENSIONS: tuple[Values, ...] = (
    WORDS | {"id": "a" * 32},
    WORDS | {"id": "b" * 32},
    WORDS,
    WORDS | {"day": "2026-05-05"},
)
FIRST_DAY, NEXT_DAY = APPROVED_ON.isoformat(), "2026-01-03"


@dataclass(frozen=True)
class Shown:
    """What a register says at a place: nothing there, no suspension, or one, with a lift or without."""

    there: bool = True
    suspension: int | None = None
    lift: str = ""
    """The day on which it was rightly approved, `proposed` or `wrongly` approved; empty: no lift."""

    @property
    def is_lifted(self) -> bool:
        """Whether what it shows is the lift of a suspension, and counts."""
        return self.lift not in {"", "proposed", "wrongly"}


Step = dict[str, Shown]
LIFTS = ("", "", FIRST_DAY, NEXT_DAY, "proposed", "wrongly")
SHOWN = st.one_of(
    st.just(Shown(there=False)),
    st.just(Shown()),
    st.builds(Shown, suspension=st.integers(0, len(SUSPENSIONS) - 1), lift=st.sampled_from(LIFTS)),
)


def steps_at(*names: str) -> st.SearchStrategy[list[tuple[str, Shown, bool]]]:
    """A place that is written anew, what it says from then on, whether the guard is started anew before."""
    return st.lists(st.tuples(st.sampled_from(names), SHOWN, st.booleans()), min_size=1, max_size=12)


STEPS = steps_at(*sorted(NAMED))


def place_of(name: str) -> str:
    """The place of what is named, as the register writes it."""
    path, *keys = NAMED[name]
    return "/".join((path.removesuffix(".yaml"), *keys))


@cache
def lift_of(name: str, number: int, how: str) -> Values:
    """The lift of a suspension at a place, approved as is said."""
    lift: Values = {"proposed": PROPOSED, "reason": "Rien trouvé", "of": SUSPENSIONS[number]}
    path, *keys = NAMED[name]
    documents = changed(judged_documents(), path, *keys, "suspension", to=SUSPENSIONS[number] | {"lifted": lift})
    at = f"{place_of(name)}/suspension/lifted"
    entry = find_entry(register_of(documents), at)
    assert entry is not None
    approval = _approval(name, entry, at, how)
    return lift | ({"approved": plain(approval)} if approval else {})


def _approval(name: str, entry: Attested, place: str, how: str) -> Approval | None:
    if how == "proposed":
        return None
    right = PRODUCERS["insee"] if name == "the dataset" else ADMINISTRATOR
    who, day = (LEAD, APPROVED_ON) if how == "wrongly" else (right, date.fromisoformat(how))
    return KEY.approval(who, day, entry.signed_fingerprint(place))


def documents_of(step: Step) -> dict[str, Values]:
    """The documents of a register that says this; what is not there takes along what is in it."""
    documents = judged_documents()
    for name in sorted(step, key=lambda name: len(NAMED[name])):
        shown, (path, *keys) = step[name], NAMED[name]
        if shown.suspension is None or path not in documents:
            continue
        suspension = SUSPENSIONS[shown.suspension]
        if shown.lift:
            suspension = suspension | {"lifted": lift_of(name, shown.suspension, shown.lift)}
        documents = changed(documents, path, *keys, "suspension", to=suspension)
    for name, shown in step.items():
        if not shown.there:
            _take_out(documents, *NAMED[name])
    return documents


def _take_out(documents: dict[str, Values], path: str, *keys: str) -> None:
    if not keys:
        documents.pop(path, None)
    elif path in documents:
        documents[path]["processings"].pop(keys[-1], None)
    if path.startswith(("datasets/", "people/")) and PROJECT_FILE in documents:
        # nothing may name what is not there
        documents[PROJECT_FILE]["processings"] = {}


def in_memory(documents: dict[str, Values]) -> Register:
    """The register that these documents are, as one that was read from the disk."""
    return replace(register_of(documents), digest=fingerprint(canonical_json(documents)))


class _NoJournal:
    def append(self, kind: str, payload: object) -> None:
        """What is recorded is what these tests are about, not who did."""


class Recorder:
    """Records with the real writer; without a check, as whoever writes the register past it can."""

    def __init__(self, folder: Path, check: Check | None = None) -> None:
        self._folder, self._writer = folder, Writer(folder, _NoJournal(), check=check)

    def __call__(self, documents: dict[str, Values]) -> Register:
        """The register once these documents are all that it says; raises what the writer raises."""
        values: dict[str, Values] = json.loads(json.dumps(documents))
        values.pop("numbers.yaml", None)
        for document in values.values():
            for each in (document, *document.get("processings", {}).values()):
                each.pop("number", None)
        present = read_register(self._folder).documents if (self._folder / "manifest.json").exists() else {}
        gone = dict.fromkeys(path for path in present if path not in values and path != "numbers.yaml")
        seen = {path: present.get(path) for path in {**values, **gone}}
        self._writer.write({**values, **gone}, seen, "padm01", "essai")
        return read_register(self._folder)


def closed(register: Register) -> dict[str, bool]:
    """What is suspended in a register as it is judged, of the places that are there."""
    paths = {path for path, *_ in NAMED.values()}
    found = {path: document for path in paths if (document := register.document(path)) is not None}
    return {
        place: stands(APPROVALS, place, suspension, at, who)
        for path, document in found.items()
        for place, suspension, at, who in suspendable(path, document)
    }


class Model:
    """What must stay closed: of each place, the suspensions that were seen and whose lift was not seen."""

    def __init__(self) -> None:
        self.open: dict[str, set[int]] = {name: set() for name in NAMED}

    def see(self, step: Step, register: Register) -> None:
        """Take note of what a register showed."""
        there = closed(register)
        for name, shown in step.items():
            if shown.suspension is None or place_of(name) not in there:
                continue
            if shown.is_lifted:
                self.open[name].discard(shown.suspension)
            else:
                self.open[name].add(shown.suspension)

    def wrong(self, register: Register) -> list[str]:
        """The places that are open and must not be."""
        there = closed(register)
        return [name for name, seen in self.open.items() if seen and not there.get(place_of(name), True)]


@contextmanager
def a_folder() -> Iterator[Path]:
    """An empty folder for one example: those of pytest are for a whole test."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
