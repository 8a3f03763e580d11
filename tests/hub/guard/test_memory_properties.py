"""Whatever is recorded, in whatever order: what the guard saw closed stays closed until exactly that was opened."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from hub.guard.judging.memory_store import Memory
from onboarding.writing import Writer
from policies.access.suspensions import stands, suspendable
from policies.files import canonical_json, fingerprint
from policies.register.attested import Approval, Attested, plain
from policies.register.follow import Register, read_register
from policies.register.places import find_entry
from tests.hub.guard.test_memory import APPROVALS
from tests.hub.guard.test_memory_of_several import one_of_each_place
from tests.support.judged import ADMINISTRATOR, APPROVED_ON, KEY, LEAD, PRODUCERS, register_of
from tests.support.judged_documents import ANALYST, AT, PROJECT_FILE, PROPOSED, Values, judged_documents
from tests.support.small_register import changed

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
    right = PRODUCERS["insee"] if name == "the dataset" else ADMINISTRATOR
    signed = entry.signed_fingerprint(place)
    if how == "proposed":
        return None
    return KEY.approval(
        LEAD if how == "wrongly" else right, date.fromisoformat(FIRST_DAY if how == "wrongly" else how), signed
    )


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


def in_memory(step: Step) -> Register:
    documents = documents_of(step)
    return replace(register_of(documents), digest=fingerprint(canonical_json(documents)))


class _NoJournal:
    def append(self, kind: str, payload: object) -> None:
        """What is recorded is what these tests are about, not who did."""


class Recorder:
    """Records with the real writer, without the check that would refuse: as whoever writes the register can."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._writer = folder, Writer(folder, _NoJournal())

    def __call__(self, step: Step) -> Register:
        documents = documents_of(step)
        del documents["numbers.yaml"]
        for values in [*documents.values(), *documents.get(PROJECT_FILE, {}).get("processings", {}).values()]:
            values.pop("number", None)
        present = read_register(self._folder).documents if (self._folder / "manifest.json").exists() else {}
        gone = dict.fromkeys(path for path in present if path not in documents and path != "numbers.yaml")
        seen = {path: present.get(path) for path in {**documents, **gone}}
        self._writer.write({**documents, **gone}, seen, "padm01", "essai")
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
def guard() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def run(steps: Sequence[tuple[str, Shown, bool]], record: Any, file: Path) -> tuple[Model, Memory, Step]:
    """Everything that a guard sees; every step is held against the model."""
    model, memory, now = Model(), Memory(file), {name: Shown() for name in NAMED}
    for name, shown, started_anew in steps:
        now = now | {name: shown}
        if started_anew:
            memory = Memory(file)
        register = record(now)
        model.see(now, register)
        assert model.wrong(memory.keep(register, APPROVALS)) == []
    return model, memory, now


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_what_was_seen_suspended_is_closed_until_exactly_that_was_lifted(
    steps: list[tuple[str, Shown, bool]],
) -> None:
    with guard() as folder:
        run(steps, in_memory, folder / "memory.json")


@settings(max_examples=20, deadline=None)
@given(STEPS)
def test_the_same_of_what_the_real_writer_recorded(steps: list[tuple[str, Shown, bool]]) -> None:
    with guard() as folder:
        run(steps, Recorder(folder / "register"), folder / "memory.json")


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_nobody_is_locked_out(steps: list[tuple[str, Shown, bool]]) -> None:
    """Whatever happened, lifts of what stands that were approved anew open it again."""
    with guard() as folder:
        model, memory, _ = run(steps, in_memory, folder / "memory.json")
        standing = [(name, number) for name in NAMED for number in sorted(model.open[name])]
        for day, (name, number) in enumerate(standing, 1):
            lifted = Shown(suspension=number, lift=f"2026-02-{day:02}")
            memory.keep(in_memory({name: lifted}), APPROVALS)
        assert set(closed(memory.keep(in_memory({}), APPROVALS)).values()) == {False}


FORGOTTEN = [
    ("the processing", Shown(suspension=0), False),
    ("the processing", Shown(suspension=1), False),
    ("the processing", Shown(suspension=1, lift=FIRST_DAY), False),
]


FIRST_FOUND = settings(max_examples=2000, deadline=None, derandomize=True, phases=[Phase.generate])


def fails(steps: Sequence[tuple[str, Shown, bool]]) -> bool:
    """Whether the property is found wrong by these steps."""
    with guard() as folder:
        try:
            run(steps, in_memory, folder / "memory.json")
        except AssertionError:
            return True
        return False


def test_the_property_fails_with_a_memory_of_one_suspension_of_each_place() -> None:
    """The negative control: the steps of whoever attacked it, and those that Hypothesis makes up."""
    assert not fails(FORGOTTEN)
    with one_of_each_place():
        assert fails(FORGOTTEN)
        assert len(find(steps_at("the processing"), fails, settings=FIRST_FOUND)) >= 3


def test_the_property_fails_without_the_guards_memory() -> None:
    """The negative control of the control: a suspension and then none are enough."""
    with patch.object(Memory, "keep", lambda self, register, approvals: register):
        assert fails([("the person", Shown(suspension=2), False), ("the person", Shown(), False)])


ENDS: tuple[str | None, ...] = (None, "2026-04-30", "2026-06-30")
MEMBER = ("team", ANALYST)
HABILITATIONS = ("2026-12-31", "2026-11-30")
ENDED = st.lists(
    st.tuples(st.booleans(), st.integers(0, 1), st.booleans(), st.sampled_from(ENDS), st.booleans()),
    min_size=1,
    max_size=14,
)
"""Whether the entry is there, which period it has, whether that is approved, its end, whether the guard starts anew."""


@cache
def habilitation(number: int) -> Values:
    values: Values = {"proposed": PROPOSED, "habilitation": {"from": "2026-01-01", "until": HABILITATIONS[number]}}
    place = f"{place_of('the processing')}/team/{ANALYST}"
    entry = find_entry(register_of(changed(judged_documents(), *AT, *MEMBER, to=values)), place)
    assert entry is not None
    return values | {"approved": plain(KEY.approval(LEAD, APPROVED_ON, entry.signed_fingerprint(place)))}


def member(there: bool, number: int, approved: bool, ended: str | None) -> Register:
    entry = {key: value for key, value in habilitation(number).items() if approved or key != "approved"}
    if ended:
        entry["ended"] = {"day": ended, "by": "padm01", "reason": "Départ"}
    documents = changed(judged_documents(), *AT, "team", to={ANALYST: entry} if there else {})
    return replace(register_of(documents), digest=fingerprint(canonical_json(documents)))


@settings(max_examples=200, deadline=None)
@given(ENDED)
def test_what_was_seen_ended_never_lasts_longer_under_the_same_approval(
    steps: list[tuple[bool, int, bool, str | None, bool]],
) -> None:
    with guard() as folder:
        memory, earliest = Memory(folder / "memory.json"), dict.fromkeys((0, 1), "9999-12-31")
        for there, number, approved, ended, started_anew in steps:
            if started_anew:
                memory = Memory(folder / "memory.json")
            register = memory.keep(member(there, number, approved, ended), APPROVALS)
            if there and approved and ended:
                earliest[number] = min(earliest[number], ended)
            entry = register.projects["aides"].processings[AT[-1]].team.get(ANALYST)
            if entry is not None and entry.approved is not None:
                assert str(entry.effective.until) <= min(earliest[number], HABILITATIONS[number])


def test_the_register_of_a_step_is_what_the_step_says() -> None:
    """What the properties rest on: that a place is shown, is gone, is suspended and is lifted as is said."""
    step = {name: Shown() for name in NAMED}
    places = [*map(place_of, NAMED), "projects/aides/processings/aides-suivi"]
    assert closed(in_memory(step)) == dict.fromkeys(places, False)
    for name in NAMED:
        assert closed(in_memory(step | {name: Shown(suspension=0)}))[place_of(name)]
        assert not closed(in_memory(step | {name: Shown(suspension=0, lift=FIRST_DAY)}))[place_of(name)]
        assert closed(in_memory(step | {name: Shown(suspension=0, lift="wrongly")}))[place_of(name)]
        assert place_of(name) not in closed(in_memory(step | {name: Shown(there=False)}))
