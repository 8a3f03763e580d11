"""The guard's memory is bounded, and never forgets to make room: what is beyond a bound is closed."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from hub.guard.judging import memory as memory_module
from hub.guard.judging import memory_store
from hub.guard.judging.memory import (
    LONGEST_SIGNATURE,
    MOST_APPROVALS,
    MOST_SUSPENSIONS,
    Remembered,
    Trace,
    _retire,
    observe,
)
from hub.guard.judging.memory_store import MOST_BYTES, Memory
from policies.errors import UnavailableError
from policies.register.follow import Register
from tests.hub.guard.test_memory import APPROVALS, PLAIN, TEAM, judged, longer, read, standing
from tests.hub.guard.test_memory_of_several import CLOSED, END, OPEN, lifted, says
from tests.support.judged_documents import ANALYST, AT, DAY, PROCESSING, PROJECT_FILE, Values
from tests.support.small_register import changed

PLACE = f"projects/aides/processings/{PROCESSING}"
MEMBER = f"{PLACE}/team/{ANALYST}"


def suspension(number: int) -> Values:
    return {"id": f"{number:032x}", "day": DAY.isoformat(), "by": "padm01", "reason": "essai"}


def signature(number: int) -> str:
    return base64.b64encode(number.to_bytes(64)).decode()


def forged(number: int, ended: Values | None = None) -> Register:
    """The analyst's habilitation with an approval that somebody made up."""
    documents = changed(longer(), *TEAM, "approved", "proof", "signature", to=signature(number))
    return read(changed(documents, *TEAM, "ended", to=ended))


def trace(file: Path) -> Trace:
    return Remembered.model_validate_json(file.read_bytes()).documents[PROJECT_FILE]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "memory.json"


def test_one_suspension_less_than_the_bound_is_lifted_one_by_one(file: Path) -> None:
    memory, several = Memory(file), [suspension(number) for number in range(MOST_SUSPENSIONS - 1)]
    for each in several:
        memory.keep(says(each), APPROVALS)
    assert judged(memory, says(None)) == [CLOSED]
    for each in several:
        memory.keep(says(lifted(each)), APPROVALS)
    assert judged(memory, says(None)) == [OPEN]


def test_a_place_that_was_suspended_too_often_at_once_stays_closed_whatever_is_lifted(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    memory, several = Memory(file), [suspension(number) for number in range(MOST_SUSPENSIONS + 1)]
    for each in several:
        memory.keep(says(each), APPROVALS)
    for each in several:
        assert judged(memory, says(lifted(each))) == [CLOSED]
    assert judged(Memory(file), says(None)) == [CLOSED]
    assert len(trace(file).suspended[PLACE]) == MOST_SUSPENSIONS
    warned = [record.getMessage() for record in caplog.records if "no lift opens it any more" in record.getMessage()]
    assert warned == [f"{PLACE}: suspended {MOST_SUSPENSIONS} times at once; no lift opens it any more"]


def test_a_place_that_is_shut_shuts_no_other(file: Path) -> None:
    memory = Memory(file)
    for number in range(MOST_SUSPENSIONS):
        memory.keep(standing(changed(PLAIN, "datasets/communes.yaml", "suspension", to=suspension(number))), APPROVALS)
    assert judged(memory, says(suspension(1)), says(lifted(suspension(1))), says(None)) == [CLOSED, OPEN, OPEN]


def test_where_too_many_approvals_were_replaced_none_counts(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "MOST_APPROVALS", 3)
    memory = Memory(file)
    judged(memory, *(forged(number) for number in range(3)))
    assert judged(memory, read(longer())) == [["DL-02", "DL-05"]]
    judged(memory, *(forged(number) for number in range(3, 9)))
    assert len(trace(file).retired[MEMBER]) == 3
    assert judged(Memory(file), read(longer())) == [["DL-02", "DL-05"]]


def test_one_replaced_approval_less_leaves_the_right_one_counting(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "MOST_APPROVALS", 3)
    assert judged(Memory(file), forged(0), forged(1), read(longer()))[-1] == OPEN


def test_where_too_many_approvals_were_ended_none_counts(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by a guard of its own, so that none is known as replaced; then one is, and the place stays spent."""
    monkeypatch.setattr(memory_module, "MOST_APPROVALS", 3)
    for number in range(4):
        Memory(file).keep(forged(number, END), APPROVALS)
    assert [end.signature for end in trace(file).ended[MEMBER]] == [signature(number) for number in range(3)]
    memory = Memory(file)
    assert judged(memory, forged(1, END), read(longer())) == [["DL-02", "DL-05"], ["DL-02", "DL-05"]]
    assert judged(Memory(file), read(longer())) == [["DL-02", "DL-05"]]


def test_the_bound_of_approvals_is_the_one_that_is_said() -> None:
    last: dict[str, str] = {}
    retired: dict[str, tuple[str, ...]] = {}
    for number in range(MOST_APPROVALS + 10):
        _retire(last, retired, {MEMBER: signature(number)}, {MEMBER: signature(number + 1)})
    assert retired == {MEMBER: tuple(signature(number) for number in range(MOST_APPROVALS))}
    assert Trace(retired=retired).spent == {MEMBER}
    assert Trace(retired={MEMBER: retired[MEMBER][1:]}).spent == frozenset()


def test_a_signature_that_is_too_long_to_be_one_takes_no_room(file: Path) -> None:
    assert len(signature(1)) == LONGEST_SIGNATURE
    long = read(changed(longer(), *TEAM, "approved", "proof", "signature", to="A" * (LONGEST_SIGNATURE + 1)))
    assert judged(Memory(file), read(longer()), long, read(longer())) == [OPEN, ["DL-02", "DL-05"], OPEN]
    assert file.stat().st_size < 300


def test_a_memory_that_would_be_too_large_is_not_written_and_nothing_opens(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    memory = Memory(file)
    memory.keep(says(suspension(1)), APPROVALS)
    before = file.read_bytes()
    monkeypatch.setattr(memory_store, "MOST_BYTES", len(before))
    for _ in range(2):
        with pytest.raises(
            UnavailableError, match=r"the guard's memory would be larger than \d+ bytes, so nothing opens"
        ):
            memory.keep(says(suspension(2)), APPROVALS)
    with pytest.raises(UnavailableError, match="would be larger"):
        Memory(file).keep(says(suspension(2)), APPROVALS)
    assert file.read_bytes() == before
    assert judged(memory, says(lifted(suspension(1)))) == [OPEN], "once what was too much is taken back, it goes on"
    assert "three quarters full" not in caplog.text


def test_a_memory_that_is_nearly_full_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(memory_store, "MOST_BYTES", 240)
    Memory(file).keep(says(suspension(1)), APPROVALS)
    assert file.stat().st_size in range(181, 241)
    assert f"{file}: three quarters full; when it is full, nothing opens" in caplog.text


def many(count: int) -> dict[str, Trace]:
    """What is kept of so many replaced habilitations, ten of a document."""
    documents: dict[str, Trace] = {}
    for number in range(count // 10):
        name = f"projects/projet-{number}"
        places = {f"{name}/processings/traitement/team/pana{each:02}": (signature(each),) for each in range(10)}
        documents[f"{name}.yaml"] = Trace(retired=places)
    return documents


def test_a_hundred_thousand_replaced_approvals_fit_and_are_read_again(file: Path) -> None:
    known = Remembered(documents=many(100_000))
    Memory(file)._write(known)
    assert file.stat().st_size in range(1_000_000, MOST_BYTES * 3 // 4)
    assert Memory(file)._read() == known


def test_what_is_written_in_parts_is_what_is_known(file: Path) -> None:
    """Only the documents that changed are rendered anew; those that are known no more are left out."""
    memory = Memory(file)
    first = observe(Remembered(documents=many(30)), None, says(suspension(1)), APPROVALS)
    memory._write(first)
    assert Remembered.model_validate_json(file.read_bytes()) == first
    second = observe(first, says(suspension(1)), says(lifted(suspension(1))), APPROVALS)
    assert second.documents.keys() == first.documents.keys() - {PROJECT_FILE}
    memory._write(second)
    assert Remembered.model_validate_json(file.read_bytes()) == second
    assert (
        file.read_bytes() == json.dumps(json.loads(file.read_bytes()), separators=(",", ":"), sort_keys=True).encode()
    )


def test_what_teaches_nothing_is_the_same_memory() -> None:
    register = standing(changed(PLAIN, *AT, "suspension", to=suspension(1)))
    known = observe(Remembered(), None, register, APPROVALS)
    assert observe(known, register, register, APPROVALS, anew=True) is known
    assert observe(known, None, register, APPROVALS) is known
