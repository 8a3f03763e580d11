"""A code is taken once, also by two at once; a factor changes only for whoever has seen it; all is journaled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hub.signin.diary import Diary
from hub.signin.factor_store import FactorStore
from hub.signin.factors import Factor
from hub.signin.refusals import Refused, RefusedError
from hub.signin.second_factors import SecondFactors
from policies.journal.append import Journal
from policies.journal.read import read_journal
from tests.hub.signin.test_factors import FACTOR, NOW, PATIENCE, SECRET, STEP, code

ANA, OTHER_SECRET = "pana01", "A" * 32


@dataclass
class Kept:
    """Second factors in a folder, with their journal."""

    folder: Path
    kind: type[FactorStore] = FactorStore

    def __post_init__(self) -> None:
        (self.folder / "factors").mkdir(exist_ok=True)
        self.start()

    def start(self) -> None:
        """A process that begins: what is known is what the disk says."""
        self.store = self.kind(self.folder / "factors")
        self.factors = SecondFactors(self.store, Diary(Journal(self.folder / "signin", "signin")), PATIENCE)

    def take(self, typed: str) -> str | None:
        return self.factors.take(ANA, typed, NOW)

    def journaled(self) -> list[tuple[str, Any]]:
        return [(each.entry.kind, each.payload) for each in read_journal(self.folder / "signin")]


def refusal(call: Callable[..., object], *details: object) -> str:
    with pytest.raises(RefusedError) as refused:
        call(*details)
    return refused.value.why.word


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    found = Kept(tmp_path)
    found.store.write(FACTOR)
    return found


@pytest.mark.parametrize(
    ("typed", "word"),
    [("", "code_needed"), ("000000", "wrong_code"), ("abc", "wrong_code"), ("0" * 30, "wrong_code")],
)
def test_whoever_has_a_factor_gives_a_right_code(kept: Kept, typed: str, word: str) -> None:
    assert refusal(kept.take, typed) == word
    assert kept.take(code()) == FACTOR.id


def test_whoever_has_none_gives_none(kept: Kept) -> None:
    assert kept.factors.take("pben02", "", NOW) is None
    assert refusal(kept.factors.take, "pben02", code(), NOW) == "no_factor"


def test_wrong_codes_pause_the_person_even_across_restarts_and_nobody_else(kept: Kept) -> None:
    kept.store.write(FACTOR.model_copy(update={"person": "pben02"}))
    assert [refusal(kept.take, "000000") for _ in range(3)] == ["wrong_code"] * 3
    kept.start()
    assert refusal(kept.take, code()) == "too_many_codes"
    assert refusal(kept.take, "") == "code_needed"
    assert kept.factors.take("pben02", code(), NOW) == FACTOR.id


class Forgetful(FactorStore):
    """A store that was broken on purpose: it forgets which step was used."""

    def write(self, factor: Factor) -> None:
        super().write(factor.model_copy(update={"used_step": FACTOR.used_step}))


class Lazy(FactorStore):
    """A store that was broken on purpose: what it remembers ends with the process."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.remembered: dict[str, Factor] = {}

    def find(self, person: str) -> Factor | None:
        return self.remembered.get(person) or super().find(person)

    def write(self, factor: Factor) -> None:
        self.remembered[factor.person] = factor


@pytest.mark.parametrize(
    ("kind", "again", "after_restart"),
    [(FactorStore, "used_code", "used_code"), (Forgetful, "taken", "taken"), (Lazy, "used_code", "taken")],
)
def test_a_code_that_was_taken_is_refused_also_after_a_restart(
    tmp_path: Path, kind: type[FactorStore], again: str, after_restart: str
) -> None:
    Kept(tmp_path).store.write(FACTOR)
    kept = Kept(tmp_path, kind)

    def twice() -> str:
        try:
            kept.take(code())
        except RefusedError as refused:
            return refused.why.word
        return "taken"

    assert twice() == "taken"
    first = twice()
    kept.start()
    assert (first, twice()) == (again, after_restart)


class Meeting(FactorStore):
    """A store in which two readers meet before either writes, if its lock lets them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.both = threading.Barrier(2)

    def find(self, person: str) -> Factor | None:
        found = super().find(person)
        try:
            self.both.wait(timeout=0.5)
        except threading.BrokenBarrierError:
            self.both.reset()
        return found


class Unlocked(Meeting):
    """The same, whose lock was broken on purpose."""

    @contextmanager
    def locked(self) -> Iterator[None]:
        yield


@pytest.mark.parametrize(
    ("kind", "expected"), [(Meeting, ["taken", "used_code"]), (Unlocked, ["taken", "taken"])], ids=["locked", "broken"]
)
def test_one_code_sent_twice_at_once_is_taken_once(
    tmp_path: Path, kind: type[FactorStore], expected: list[str]
) -> None:
    Kept(tmp_path).store.write(FACTOR)
    kept = Kept(tmp_path, kind)

    def send(_: int) -> str:
        try:
            kept.take(code())
        except RefusedError as refused:
            return refused.why.word
        return "taken"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(send, range(2))) == expected


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(Meeting, ["done", "factor_changed"]), (Unlocked, ["done", "done"])],
    ids=["locked", "broken"],
)
def test_of_two_who_enrol_at_once_one_does(tmp_path: Path, kind: type[FactorStore], expected: list[str]) -> None:
    kept = Kept(tmp_path, kind)

    def enrol(secret: str) -> str:
        try:
            kept.factors.enrol(ANA, secret, STEP, NOW, None)
        except RefusedError as refused:
            return refused.why.word
        return "done"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(enrol, (SECRET, OTHER_SECRET))) == expected


def test_enrolling_keeps_the_secret_and_takes_the_code_that_confirmed_it(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    kept.factors.enrol(ANA, SECRET, STEP, NOW, None)
    found = kept.store.find(ANA)
    assert found is not None
    assert found == FACTOR.model_copy(update={"id": found.id, "used_step": STEP})
    assert refusal(kept.take, code()) == "used_code"
    assert kept.take(code(1)) == found.id
    assert kept.journaled() == [("factor_enrolled", {"person": ANA, "replaced": False})]


@pytest.mark.parametrize("expected", [None, "1" * 16])
def test_a_factor_is_replaced_only_by_whoever_has_seen_the_present_one(kept: Kept, expected: str | None) -> None:
    assert refusal(kept.factors.enrol, ANA, OTHER_SECRET, STEP, NOW, expected) == "factor_changed"
    assert kept.store.find(ANA) == FACTOR
    kept.factors.enrol(ANA, OTHER_SECRET, STEP, NOW, FACTOR.id)
    found = kept.store.find(ANA)
    assert found is not None
    assert (found.secret, found.id != FACTOR.id) == (OTHER_SECRET, True)
    assert kept.journaled() == [("factor_enrolled", {"person": ANA, "replaced": True})]


def test_a_factor_that_was_taken_away_meanwhile_is_not_replaced(kept: Kept) -> None:
    kept.factors.reset(ANA, "padm01")
    assert refusal(kept.factors.enrol, ANA, OTHER_SECRET, STEP, NOW, FACTOR.id) == "factor_changed"
    assert refusal(kept.factors.remove, ANA, FACTOR.id) == "factor_changed"


def test_removing_and_resetting_are_journaled_with_who_did_it(kept: Kept) -> None:
    kept.factors.remove(ANA, FACTOR.id)
    kept.store.write(FACTOR)
    kept.factors.reset(ANA, "padm01")
    assert refusal(kept.factors.reset, ANA, "padm01") == "nothing_to_reset"
    assert kept.take("") is None
    assert kept.journaled() == [
        ("factor_removed", {"person": ANA}),
        ("factor_reset", {"person": "padm01", "of": ANA}),
    ]


def test_what_cannot_be_journaled_changes_nothing(kept: Kept) -> None:
    (kept.folder / "signin").write_text("a file where the journal should be")
    changes: list[tuple[Callable[..., object], tuple[object, ...]]] = [
        (kept.factors.enrol, (ANA, OTHER_SECRET, STEP, NOW, FACTOR.id)),
        (kept.factors.remove, (ANA, FACTOR.id)),
        (kept.factors.reset, (ANA, "padm01")),
    ]
    assert [refusal(call, *details) for call, details in changes] == ["journal_unavailable"] * 3
    assert kept.store.find(ANA) == FACTOR


def test_what_cannot_be_read_or_kept_refuses_whoever_asks(kept: Kept) -> None:
    (kept.folder / "factors" / "pana01.json").write_text("{}")
    assert refusal(kept.take, "") == refusal(kept.take, code()) == "factor_unavailable"
    assert refusal(kept.factors.enrol, ANA, OTHER_SECRET, STEP, NOW, None) == "factor_unavailable"
    kept.factors.reset(ANA, "padm01")
    assert kept.take("") is None


def test_a_code_that_cannot_be_written_down_signs_nobody_in(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hub.signin.factor_store.write_atomic", full)
    assert refusal(kept.take, code()) == "factor_unavailable"


def test_each_refusal_has_a_word_of_its_own_and_only_wrong_answers_count_as_guesses() -> None:
    assert len({each.word for each in Refused}) == len(Refused)
    guessed = {each.word for each in Refused if each.guessed}
    assert guessed == {"wrong_password", "unknown_person", "wrong_code", "used_code"}
