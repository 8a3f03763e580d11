"""Whatever is recorded, in whatever order: what the guard saw closed stays closed until exactly that was opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from hub.guard.judging.memory_store import Memory
from policies.register.attested import plain
from policies.register.follow import Register
from policies.register.places import find_entry
from tests.hub.guard.test_memory_of_several import one_of_each_place
from tests.support.judged import APPROVED_ON, KEY, LEAD, register_of
from tests.support.judged_documents import ANALYST, AT, PROPOSED, Values, judged_documents
from tests.support.recorded_steps import (
    APPROVALS,
    FIRST_DAY,
    NAMED,
    STEPS,
    SUSPENSIONS,
    Model,
    Recorder,
    Shown,
    Step,
    a_folder,
    closed,
    documents_of,
    in_memory,
    place_of,
    steps_at,
)
from tests.support.small_register import changed


def run(steps: Sequence[tuple[str, Shown, bool]], record: Any, file: Path) -> tuple[Model, Memory, Step]:
    """Everything that a guard sees; every step is held against the model."""
    model, memory, now = Model(), Memory(file), {name: Shown() for name in NAMED}
    for name, shown, started_anew in steps:
        now = now | {name: shown}
        if started_anew:
            memory = Memory(file)
        register = record(documents_of(now))
        model.see(now, register)
        assert model.wrong(memory.keep(register, APPROVALS)) == []
    return model, memory, now


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_what_was_seen_suspended_is_closed_until_exactly_that_was_lifted(
    steps: list[tuple[str, Shown, bool]],
) -> None:
    with a_folder() as folder:
        run(steps, in_memory, folder / "memory.json")


@settings(max_examples=20, deadline=None)
@given(STEPS)
def test_the_same_of_what_the_real_writer_recorded(steps: list[tuple[str, Shown, bool]]) -> None:
    with a_folder() as folder:
        run(steps, Recorder(folder / "register"), folder / "memory.json")


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_nobody_is_locked_out(steps: list[tuple[str, Shown, bool]]) -> None:
    """Whatever happened, lifts that are approved anew open again what stands; nothing needs the guard's file."""
    with a_folder() as folder:
        _, memory, _ = run(steps, in_memory, folder / "memory.json")
        every = [(name, number) for name in NAMED for number in range(len(SUSPENSIONS))]
        for day, (name, number) in enumerate(every, 1):
            lifted = Shown(suspension=number, lift=f"2026-02-{day:02}")
            memory.keep(in_memory(documents_of({name: lifted})), APPROVALS)
        assert set(closed(memory.keep(in_memory(judged_documents()), APPROVALS)).values()) == {False}


FORGOTTEN = [
    ("the processing", Shown(suspension=0), False),
    ("the processing", Shown(suspension=1), False),
    ("the processing", Shown(suspension=1, lift=FIRST_DAY), False),
]


FIRST_FOUND = settings(max_examples=2000, deadline=None, derandomize=True, phases=[Phase.generate])


def fails(steps: Sequence[tuple[str, Shown, bool]]) -> bool:
    """Whether the property is found wrong by these steps."""
    with a_folder() as folder:
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
    return in_memory(changed(judged_documents(), *AT, "team", to={ANALYST: entry} if there else {}))


@settings(max_examples=150, deadline=None)
@given(ENDED)
def test_what_was_seen_ended_never_lasts_longer_under_the_same_approval(
    steps: list[tuple[bool, int, bool, str | None, bool]],
) -> None:
    with a_folder() as folder:
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
    assert closed(in_memory(documents_of(step))) == dict.fromkeys(places, False)
    for name in NAMED:
        assert closed(in_memory(documents_of(step | {name: Shown(suspension=0)})))[place_of(name)]
        assert not closed(in_memory(documents_of(step | {name: Shown(suspension=0, lift=FIRST_DAY)})))[place_of(name)]
        assert closed(in_memory(documents_of(step | {name: Shown(suspension=0, lift="wrongly")})))[place_of(name)]
        assert place_of(name) not in closed(in_memory(documents_of(step | {name: Shown(there=False)})))
