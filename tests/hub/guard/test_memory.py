"""What the guard saw stays seen: suspensions that nobody lifted, early ends, approvals that were replaced."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hub.guard.judging.memory import Remembered, observe
from hub.guard.judging.memory_store import Memory
from hub.guard.judging.restoring import undone, with_documents
from policies.access.approvals import Approvals
from policies.access.workspace import decide_workspace
from policies.errors import UnavailableError
from policies.files import canonical_json, fingerprint
from policies.register.follow import Register
from tests.support.judged import (
    APPROVED_ON,
    KEY,
    KEYS,
    LEAD,
    PEOPLE,
    approved,
    not_approved,
    part_rules,
    register_of,
    shipped_law,
)
from tests.support.judged_documents import (
    ANALYST,
    AT,
    DAY,
    HOUSEHOLDS,
    PROCESSING,
    PROJECT_FILE,
    PROPOSED,
    Values,
    judged_documents,
)
from tests.support.small_register import changed

APPROVALS = Approvals(shipped_law(), KEYS)
PRECAUTION: Values = {"day": DAY.isoformat(), "by": "padm01", "reason": "essai"}
LIFTED = PRECAUTION | {"lifted": {"proposed": PROPOSED, "reason": "Rien trouvé", "of": PRECAUTION}}
TEAM = (*AT, "team", ANALYST)
END: Values = {"day": "2026-04-30", "by": "padm01", "reason": "Départ"}
PLAIN = judged_documents()


def standing(documents: dict[str, Values]) -> Register:
    """A register with every entry approved."""
    return read(approved(documents))


def read(documents: dict[str, Values]) -> Register:
    """A register whose digest says what it holds, as a manifest's does."""
    return replace(register_of(documents), digest=fingerprint(canonical_json(documents)))


def rules(register: Register, day: date = DAY) -> list[str]:
    """What refuses the analyst the workspace, or the households."""
    decision = decide_workspace(shipped_law(), register, PEOPLE[ANALYST], ("password",), PROCESSING, day, KEYS)
    return [*(each.rule for each in decision.refusals), *part_rules(decision, HOUSEHOLDS)]


def judged(memory: Memory, *registers: Register) -> list[list[str]]:
    """What the guard answers as it sees one register after the other."""
    return [rules(memory.keep(register, APPROVALS)) for register in registers]


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "guard" / "memory.json")


SUSPENDED: dict[str, tuple[str, ...]] = {
    "the project": (PROJECT_FILE,),
    "the processing": AT,
    "the person": (f"people/{ANALYST}.yaml",),
    "a dataset": ("datasets/menages.yaml",),
}


@pytest.mark.parametrize("name", SUSPENDED)
def test_a_suspension_that_was_taken_away_by_a_hand_stays(name: str, memory: Memory) -> None:
    suspended = standing(changed(PLAIN, *SUSPENDED[name], "suspension", to=PRECAUTION))
    assert judged(memory, suspended, standing(PLAIN), standing(PLAIN)) == [["DL-04"]] * 3


@pytest.mark.parametrize("name", SUSPENDED)
def test_without_the_memory_the_same_hand_would_have_opened_it(name: str) -> None:
    """The negative control: it is the memory that keeps it closed, nothing else."""
    assert rules(standing(changed(PLAIN, *SUSPENDED[name], "suspension", to=PRECAUTION))) == ["DL-04"]
    assert rules(standing(PLAIN)) == []


@pytest.mark.parametrize("name", SUSPENDED)
def test_an_approved_lift_that_was_seen_opens_and_may_then_be_taken_away(name: str, memory: Memory) -> None:
    keys = (*SUSPENDED[name], "suspension")
    suspended = standing(changed(PLAIN, *keys, to=PRECAUTION))
    lifted = standing(changed(PLAIN, *keys, to=LIFTED))
    assert judged(memory, suspended, lifted, standing(PLAIN)) == [["DL-04"], [], []]


def test_a_lift_that_nobody_approved_is_no_lift(memory: Memory) -> None:
    place = f"projects/aides/processings/{PROCESSING}/suspension/lifted"
    suspended = standing(changed(PLAIN, *AT, "suspension", to=PRECAUTION))
    proposed = read(approved(changed(PLAIN, *AT, "suspension", to=LIFTED), {place: not_approved}))
    assert judged(memory, suspended, proposed, standing(PLAIN)) == [["DL-04"]] * 3


def test_the_approved_lift_of_an_earlier_suspension_lifts_no_later_one(memory: Memory) -> None:
    """An old suspension with its approved lift is put in the place of the one that stands."""
    later = PRECAUTION | {"day": "2026-06-01"}
    old = standing(changed(PLAIN, *AT, "suspension", to=LIFTED))
    suspended = standing(changed(PLAIN, *AT, "suspension", to=later))
    assert judged(memory, old, suspended, old, standing(PLAIN)) == [[], ["DL-04"], ["DL-04"], ["DL-04"]]


def test_a_project_that_goes_and_comes_back_is_suspended_as_it_was(memory: Memory) -> None:
    suspended = standing(changed(PLAIN, PROJECT_FILE, "suspension", to=PRECAUTION))
    gone = read({path: each for path, each in approved(PLAIN).items() if path != PROJECT_FILE})
    assert rules(memory.keep(suspended, APPROVALS)) == ["DL-04"]
    assert memory.keep(gone, APPROVALS) is gone
    assert rules(memory.keep(standing(PLAIN), APPROVALS)) == ["DL-04"]


def test_a_guard_that_starts_again_remembers(tmp_path: Path) -> None:
    file = tmp_path / "guard" / "memory.json"
    Memory(file).keep(standing(changed(PLAIN, *AT, "suspension", to=PRECAUTION)), APPROVALS)
    assert file.stat().st_mode & 0o777 == 0o600
    assert judged(Memory(file), standing(PLAIN)) == [["DL-04"]]
    file.unlink()
    assert judged(Memory(file), standing(PLAIN)) == [[]]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"suspended": {"a": 1}}', '{"forgotten": {}}'])
def test_a_memory_that_cannot_be_read_opens_nothing(content: str, tmp_path: Path) -> None:
    file = tmp_path / "memory.json"
    file.write_text(content)
    with pytest.raises(UnavailableError, match="the guard's memory cannot be read, so nothing opens"):
        Memory(file).keep(standing(PLAIN), APPROVALS)


def test_a_memory_that_cannot_be_written_opens_nothing(tmp_path: Path) -> None:
    (tmp_path / "guard").write_text("a file where the folder should be")
    suspended = standing(changed(PLAIN, *AT, "suspension", to=PRECAUTION))
    with pytest.raises(UnavailableError, match="the guard's memory cannot be written"):
        Memory(tmp_path / "guard" / "memory.json").keep(suspended, APPROVALS)


def test_an_end_that_was_taken_away_or_put_later_stays(memory: Memory) -> None:
    signed = approved(PLAIN)
    ended = read(changed(signed, *TEAM, "ended", to=END))
    later = read(changed(signed, *TEAM, "ended", to=END | {"day": "2026-12-01"}))
    sooner = read(changed(signed, *TEAM, "ended", to=END | {"day": "2026-04-01"}))
    assert rules(read(signed)) == []
    assert judged(memory, ended, read(signed), later, sooner, ended) == [["DL-02"]] * 5
    assert rules(memory.keep(ended, APPROVALS), date(2026, 4, 2)) == ["DL-02"]


def test_an_end_that_was_taken_away_without_memory_opens_again() -> None:
    signed = approved(PLAIN)
    assert rules(read(changed(signed, *TEAM, "ended", to=END))) == ["DL-02"]
    assert rules(read(signed)) == []


def test_an_entry_that_is_approved_anew_leaves_its_old_end_behind(memory: Memory) -> None:
    ended = read(changed(approved(PLAIN), *TEAM, "ended", to=END))
    renewed = changed(PLAIN, *TEAM, "habilitation", "until", to="2026-11-30")
    assert judged(memory, ended, standing(renewed)) == [["DL-02"], []]


def longer() -> dict[str, Values]:
    """The whole year for the analyst, as it was approved first."""
    return approved(PLAIN)


def shorter() -> dict[str, Values]:
    """A shorter period, approved in the place of the longer one."""
    return approved(changed(PLAIN, *TEAM, "habilitation", "until", to="2026-05-31"))


def test_an_approval_that_was_replaced_never_counts_again(memory: Memory) -> None:
    first, second = read(longer()), read(shorter())
    assert judged(memory, first, second, first, second, first) == [[], [], ["DL-02", "DL-05"], [], ["DL-02", "DL-05"]]


def test_without_the_memory_the_replaced_approval_counts_again() -> None:
    """The negative control: the signature is still valid; only who saw it replaced knows better."""
    assert (rules(read(longer())), rules(read(shorter()), date(2026, 6, 1))) == ([], ["DL-02"])
    assert rules(read(longer()), date(2026, 6, 1)) == []


def test_an_approval_that_went_away_for_a_while_is_replaced_by_the_next_one(memory: Memory) -> None:
    place = f"projects/aides/processings/{PROCESSING}/team/{ANALYST}"
    pending = read(approved(changed(PLAIN, *TEAM, "habilitation", "until", to="2026-05-31"), {place: not_approved}))
    first, second = read(longer()), read(shorter())
    assert judged(memory, first, pending, second, first)[-1] == ["DL-02", "DL-05"]


def test_an_approval_that_comes_back_before_another_took_its_place_counts(memory: Memory) -> None:
    gone = read(changed(longer(), *AT, "team", to={}))
    assert judged(memory, read(longer()), gone, read(longer()))[-1] == []


def test_what_was_replaced_is_remembered_by_the_next_guard(tmp_path: Path) -> None:
    file = tmp_path / "memory.json"
    judged(Memory(file), read(longer()), read(shorter()))
    assert judged(Memory(file), read(longer())) == [["DL-02", "DL-05"]]


def test_a_third_approval_of_the_longer_period_counts(memory: Memory) -> None:
    """Nobody is locked out: what was replaced may be approved anew."""
    anew = longer()
    entry = anew[PROJECT_FILE]["processings"][PROCESSING]["team"][ANALYST]
    again = KEY.approval(LEAD, date(2026, 3, 1), _signed(anew))
    entry["approved"] = json.loads(again.model_dump_json())
    assert date(2026, 3, 1) != APPROVED_ON
    assert judged(memory, read(longer()), read(shorter()), read(anew))[-1] == []


def _signed(documents: dict[str, Values]) -> str:
    place = f"projects/aides/processings/{PROCESSING}/team/{ANALYST}"
    found = register_of(documents).projects["aides"].processings[PROCESSING].team[ANALYST]
    return found.signed_fingerprint(place)


def test_a_register_in_which_nothing_is_undone_is_judged_as_it_is(memory: Memory) -> None:
    register = standing(PLAIN)
    assert memory.keep(register, APPROVALS) is register
    assert with_documents(register, undone(register, Remembered())) is register


def test_what_is_put_back_is_the_same_object_while_nothing_changes(memory: Memory) -> None:
    memory.keep(standing(changed(PLAIN, *AT, "suspension", to=PRECAUTION)), APPROVALS)
    plain, other_follower = standing(PLAIN), standing(PLAIN)
    first, second = memory.keep(plain, APPROVALS), memory.keep(other_follower, APPROVALS)
    assert first is not plain
    assert (memory.keep(plain, APPROVALS) is first, memory.keep(other_follower, APPROVALS) is second) == (True, True)


def test_nothing_else_of_the_register_is_touched(memory: Memory) -> None:
    memory.keep(standing(changed(PLAIN, *AT, "suspension", to=PRECAUTION)), APPROVALS)
    plain = standing(PLAIN)
    kept = memory.keep(plain, APPROVALS)
    project, processing = kept.projects["aides"], kept.projects["aides"].processings[PROCESSING]
    assert processing.suspension is not None
    assert (
        processing.model_copy(update={"suspension": None}) == plain.projects["aides"].processings[PROCESSING],
        project.model_copy(update={"processings": plain.projects["aides"].processings}) == plain.projects["aides"],
        (kept.datasets, kept.people, kept.datalab, kept.files)
        == (plain.datasets, plain.people, plain.datalab, plain.files),
    ) == (True, True, True)


def test_observing_is_pure() -> None:
    known = Remembered()
    before = known.model_dump()
    observe(known, None, standing(changed(PLAIN, *AT, "suspension", to=PRECAUTION)), APPROVALS)
    assert known.model_dump() == before


def test_what_a_hand_undid_is_told_in_the_guards_log(memory: Memory, caplog: pytest.LogCaptureFixture) -> None:
    suspended = standing(changed(PLAIN, *AT, "suspension", to=PRECAUTION))
    memory.keep(suspended, APPROVALS)
    assert [record for record in caplog.records if record.levelname == "WARNING"] == []
    memory.keep(standing(PLAIN), APPROVALS)
    (warned,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warned.startswith(f"{PROJECT_FILE}: undone by a hand")


def withdrawn(*names: str) -> Register:
    """The households, of which these versions were withdrawn; the part keeps its approval."""
    entries = dict.fromkeys(names, PRECAUTION)
    path = ("datasets/menages.yaml", "parts", "p2024", "withdrawals")
    return read(approved(changed(PLAIN, *path, to=entries)))


def test_a_version_that_was_seen_withdrawn_is_not_read_again(memory: Memory) -> None:
    """A part without a standing version is refused as one that is not there yet."""
    first, *later = judged(memory, withdrawn("livraison-1"), standing(PLAIN), standing(PLAIN))
    assert later == [first, first]
    kept = memory.keep(standing(PLAIN), APPROVALS).datasets["menages"]
    assert [list(kept.standing(part)) == [] for part in ("p2024", "totaux")] == [True, False]


def test_a_withdrawal_is_remembered_across_a_restart_and_a_part_that_was_away(memory: Memory, tmp_path: Path) -> None:
    memory.keep(withdrawn("livraison-1"), APPROVALS)
    again = Memory(tmp_path / "guard" / "memory.json")
    again.keep(standing(without_households()), APPROVALS)
    assert list(again.keep(standing(PLAIN), APPROVALS).datasets["menages"].standing("p2024")) == []


def test_without_memory_a_withdrawal_taken_away_by_a_hand_would_be_undone() -> None:
    """Negative control: it is the memory that holds the version back."""
    assert [each.name for each in standing(PLAIN).datasets["menages"].standing("p2024")] == ["livraison-1"]
    seen = observe(Remembered(), None, withdrawn("livraison-1"), APPROVALS)
    plain = standing(PLAIN)
    assert list(with_documents(plain, undone(plain, seen)).datasets["menages"].standing("p2024")) == []


def without_households() -> dict[str, Values]:
    """The dataset without that part, and nobody who asks for it."""
    documents: dict[str, Values] = json.loads(json.dumps(PLAIN))
    del documents["datasets/menages.yaml"]["parts"]["p2024"]
    documents[PROJECT_FILE]["processings"] = {}
    return documents
