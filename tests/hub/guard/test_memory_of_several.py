"""Several suspensions of one place, several ends of one entry: none makes the guard forget another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from hub.guard.judging import memory as memory_module
from hub.guard.judging.memory import Remembered, Trace
from hub.guard.judging.memory_store import Memory
from policies.access.approvals import Approvals
from policies.register.follow import Register
from tests.hub.guard.test_memory import (
    APPROVALS,
    PLAIN,
    SUSPENDED,
    TEAM,
    judged,
    longer,
    read,
    rules,
    shorter,
    standing,
)
from tests.support.judged import LEAD, approved, not_approved, person, rightly, shipped_law
from tests.support.judged_documents import ANALYST, AT, DAY, PROCESSING, PROJECT_FILE, PROPOSED, Values
from tests.support.signing import make_key, published
from tests.support.small_register import changed

OPEN: list[str] = []
CLOSED = ["DL-04"]
FIRST: Values = {"id": "a" * 32, "day": DAY.isoformat(), "by": "padm01", "reason": "essai"}
SECOND: Values = FIRST | {"id": "b" * 32}
BY_HAND: Values = {"day": DAY.isoformat(), "by": "padm01", "reason": "à la main"}
PROPOSER = person("pprop1", "dinum", "administrator")
END: Values = {"day": "2026-04-30", "by": "padm01", "reason": "Départ"}


def lifted(suspension: Values, reason: str = "Rien trouvé") -> Values:
    return suspension | {"lifted": {"proposed": PROPOSED, "reason": reason, "of": suspension}}


def says(suspension: Values | None, name: str = "the processing") -> Register:
    """A register with every entry approved, which says this of the suspension."""
    return standing(changed(PLAIN, *SUSPENDED[name], "suspension", to=suspension))


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "guard" / "memory.json")


@contextmanager
def one_of_each_place() -> Iterator[None]:
    """The memory as it was: of each place, the suspension that was seen last."""

    def forgetful(*given: Any) -> dict[str, Any]:
        return {place: each[-1:] for place, each in everything(*given).items()}

    everything = memory_module._suspended
    with patch.object(memory_module, "_suspended", forgetful):
        yield


@pytest.mark.parametrize("name", SUSPENDED)
def test_the_lift_of_one_of_two_opens_nothing_and_that_of_both_opens(name: str, memory: Memory) -> None:
    first, second = says(FIRST, name), says(SECOND, name)
    assert judged(memory, first, second, says(lifted(SECOND), name), says(None, name)) == [CLOSED] * 4
    assert judged(memory, says(lifted(FIRST), name), says(None, name)) == [OPEN, OPEN]


def four_steps() -> tuple[Register, ...]:
    """Suspended; a hand writes another one in its place; that one is lifted by two people; a hand takes it away."""
    return says(FIRST), says(BY_HAND), says(lifted(BY_HAND)), says(None)


def test_four_steps_make_the_guard_forget_nothing(memory: Memory) -> None:
    assert judged(memory, *four_steps()) == [CLOSED] * 4


def test_a_memory_of_one_suspension_of_each_place_would_have_forgotten_it(memory: Memory) -> None:
    """The negative control."""
    with one_of_each_place():
        assert judged(memory, *four_steps()) == [CLOSED, CLOSED, OPEN, OPEN]


def test_the_lift_of_one_fits_no_other_of_the_same_day_person_and_reason(memory: Memory) -> None:
    """Their numbers differ; without them, the lift of the one would be that of the other."""
    assert judged(memory, says(FIRST), says(SECOND), says(lifted(SECOND)), says(lifted(SECOND))) == [CLOSED] * 4
    unnumbered = {key: value for key, value in FIRST.items() if key != "id"}
    assert judged(Memory(memory._file.with_name("other.json")), says(unnumbered), says(lifted(unnumbered))) == [
        CLOSED,
        OPEN,
    ]


@pytest.mark.parametrize("other", [BY_HAND | {"day": "2026-05-03"}, BY_HAND | {"reason": "autre"}, FIRST])
def test_the_lift_of_one_by_hand_fits_no_other_one(other: Values, memory: Memory) -> None:
    assert judged(memory, says(other), says(BY_HAND), says(lifted(BY_HAND)), says(None)) == [CLOSED] * 4


def test_a_lift_at_one_place_opens_no_other(memory: Memory) -> None:
    both = changed(changed(PLAIN, PROJECT_FILE, "suspension", to=FIRST), *AT, "suspension", to=FIRST)
    half = standing(changed(both, *AT, "suspension", to=lifted(FIRST)))
    assert judged(memory, standing(both), half, standing(PLAIN)) == [CLOSED] * 3


def test_a_register_that_shows_one_of_two_is_judged_as_it_is(memory: Memory, caplog: pytest.LogCaptureFixture) -> None:
    """What it says suspends by itself, also while its lift is only proposed: nothing is undone, nobody is warned."""
    place = f"projects/aides/processings/{PROCESSING}/suspension/lifted"
    proposed = read(approved(changed(PLAIN, *AT, "suspension", to=lifted(SECOND)), {place: not_approved}))
    for register in (says(FIRST), says(SECOND), proposed, says(FIRST)):
        assert memory.keep(register, APPROVALS) is register
    assert [each for each in caplog.records if each.levelname == "WARNING"] == []


WRONGLY: dict[str, Any] = {
    "nobody": not_approved,
    "somebody without the role": lambda place, entry, _: rightly(place, entry, LEAD),
    "the one who proposed it": lambda place, entry, _: rightly(
        place, entry, person("pprop1", "dinum", "administrator")
    ),
    "another key": lambda place, entry, who: make_key(9).approval(who, DAY, entry.signed_fingerprint(place)),
    "another place": lambda place, entry, who: rightly(f"{place}/x", entry, who),
}


@pytest.mark.parametrize("who", WRONGLY)
def test_a_lift_that_was_wrongly_approved_lifts_none_of_two(who: str, memory: Memory) -> None:
    place = f"projects/aides/processings/{PROCESSING}/suspension/lifted"
    wrongly = read(approved(changed(PLAIN, *AT, "suspension", to=lifted(SECOND)), {place: WRONGLY[who]}))
    assert judged(memory, says(FIRST), says(SECOND), wrongly, says(lifted(FIRST)), says(None)) == [CLOSED] * 5


def test_a_lift_that_another_replaced_lifts_the_same_words_no_second_time(memory: Memory) -> None:
    """By hand, without numbers: the lift of then is put beneath what was suspended in the same words later that day."""
    of_then, between = says(lifted(BY_HAND)), says(lifted(FIRST))
    assert judged(memory, of_then, between, says(BY_HAND), of_then, says(None)) == [OPEN, OPEN, CLOSED, CLOSED, CLOSED]
    assert judged(memory, says(lifted(BY_HAND, "Vérifié encore")), says(None)) == [OPEN, OPEN]


def test_both_are_remembered_by_a_guard_that_starts_again(tmp_path: Path) -> None:
    file = tmp_path / "memory.json"
    judged(Memory(file), says(FIRST), says(SECOND))
    assert judged(Memory(file), says(lifted(SECOND)), says(None)) == [CLOSED, CLOSED]
    assert judged(Memory(file), says(lifted(FIRST)), says(None)) == [OPEN, OPEN]


def test_what_was_lifted_and_lives_nowhere_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "memory.json"
    judged(Memory(file), says(FIRST))
    assert json.loads(file.read_text()) == {
        "documents": {PROJECT_FILE: {"suspended": {f"projects/aides/processings/{PROCESSING}": [FIRST]}}}
    }
    judged(Memory(file), says(lifted(FIRST)))
    assert json.loads(file.read_text()) == {"documents": {}}


def test_a_lift_that_a_withdrawn_key_signed_counts_no_more_and_what_it_lifted_is_remembered(memory: Memory) -> None:
    """The register did not change; what it is judged with did."""
    register = says(lifted(FIRST))
    assert rules(memory.keep(register, APPROVALS)) == OPEN
    withdrawn = Approvals(shipped_law(), published(make_key(9)))
    memory.keep(register, withdrawn)
    place = f"projects/aides/processings/{PROCESSING}"
    known = Remembered.model_validate_json(memory._file.read_bytes()).documents[PROJECT_FILE]
    assert [each.id for each in known.suspended[place]] == [FIRST["id"]]
    assert rules(memory.keep(says(None), APPROVALS)) == CLOSED


def member(ended: Values | None, signed: dict[str, Values] | None = None) -> Register:
    """The analyst's habilitation, approved as a whole year unless said otherwise, with this end."""
    return read(changed(signed or longer(), *TEAM, "ended", to=ended))


def unsound() -> dict[str, Values]:
    """Somebody who writes the register puts an approval of their own making in place of the right one."""
    signed = longer()
    forged = make_key(9).approval(LEAD, date(2026, 3, 1), "0" * 64)
    return changed(signed, *TEAM, "approved", to=json.loads(forged.model_dump_json()))


def test_an_end_outlives_an_approval_that_was_forged_while_the_guard_was_down(tmp_path: Path) -> None:
    """One end was kept of each place, and the next signature at that place made it go, whatever it was worth."""
    file = tmp_path / "memory.json"
    assert judged(Memory(file), member(END)) == [["DL-02"]]
    assert judged(Memory(file), read(unsound()), read(longer())) == [["DL-02", "DL-05"], ["DL-02"]]


def test_the_end_of_each_of_two_approvals_is_kept(tmp_path: Path) -> None:
    """The guard was down when the one took the other's place, so that neither is known as replaced."""
    file = tmp_path / "memory.json"
    judged(Memory(file), member(END))
    judged(Memory(file), member(END | {"day": "2026-04-01"}, shorter()))
    assert judged(Memory(file), member(None)) == [["DL-02"]]
    assert judged(Memory(file), member(None, shorter())) == [["DL-02"]]


def test_the_earliest_of_several_ends_is_the_one_that_counts(memory: Memory) -> None:
    days = ("2026-04-30", "2026-03-15", "2026-04-15")
    for day in days:
        memory.keep(member(END | {"day": day}), APPROVALS)
    kept = memory.keep(member(None), APPROVALS)
    entry = kept.projects["aides"].processings[PROCESSING].team[ANALYST]
    assert entry.effective.until == date(2026, 3, 15)


def test_a_new_approved_period_leaves_the_old_end_behind_and_the_memory_with_it(tmp_path: Path) -> None:
    file = tmp_path / "memory.json"
    memory = Memory(file)
    assert judged(memory, member(END), read(shorter())) == [["DL-02"], OPEN]
    trace = Remembered.model_validate_json(file.read_bytes()).documents[PROJECT_FILE]
    place = f"projects/aides/processings/{PROCESSING}/team/{ANALYST}"
    assert (trace.ended, list(trace.retired)) == ({}, [place])
    assert judged(memory, member(None)) == [["DL-02", "DL-05"]]


def _old_memory(register: Register) -> str:
    """As the guard of before wrote it: one suspension and one end of each place, documents not told apart."""
    place = f"projects/aides/processings/{PROCESSING}"
    approval = register.projects["aides"].processings[PROCESSING].team[ANALYST].approved
    assert approval is not None
    return json.dumps(
        {
            "suspended": {place: BY_HAND, "datasets/menages": BY_HAND},
            "ended": {f"{place}/team/{ANALYST}": {"signature": approval.proof.signature, "ended": END}},
            "last": {"people/pxxx01/commitments/e2026": "a"},
            "retired": {f"{place}/titles/avis": ["b", "c"]},
        }
    )


def test_a_memory_of_before_is_read_and_nothing_of_it_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "memory.json"
    file.write_text(_old_memory(read(longer())))
    assert judged(Memory(file), read(longer())) == [["DL-02", "DL-04"]]
    memory = Memory(file)
    project, households = memory.keep(says(lifted(BY_HAND)), APPROVALS), memory.keep(says(None), APPROVALS).datasets
    assert (rules(project), households["menages"].suspension is not None) == (["DL-02"], True)
    kept = Remembered.model_validate_json(file.read_bytes()).documents
    assert kept["people/pxxx01.yaml"] == Trace(last={"people/pxxx01/commitments/e2026": "a"})
    place = f"projects/aides/processings/{PROCESSING}/titles/avis"
    assert kept[PROJECT_FILE].retired == {place: ("b", "c")}
    assert list(kept["datasets/menages.yaml"].suspended) == ["datasets/menages"]
