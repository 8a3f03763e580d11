"""Moments and purges: a clock that was set is told, a purge before its term is a theft."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from policies.errors import UnavailableError
from policies.files import fingerprint
from policies.journal import chain as chaining
from policies.journal.append import Journal
from policies.journal.entry import PURGED, SALT_BYTES, Entry, genesis, seal
from policies.journal.verify import Flaw, Noted, Remark, Report, Term, verify

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOW = NOON + timedelta(days=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "guard"


def write_at(folder: Path, *minutes: float) -> None:
    """A journal whose clock shows these minutes after noon, one after the other."""
    clock: Iterator[datetime] = iter([NOON + timedelta(minutes=each) for each in minutes])
    journal = Journal(folder, "guard", lambda: next(clock))
    for _ in minutes:
        journal.append("start", {})


def noted_at(folder: Path, n: int, minutes: float) -> Noted:
    line = (folder / "chain.jsonl").read_bytes().splitlines(keepends=True)[n - 1]
    moment = (NOON + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return Noted(n, fingerprint(line), moment)


def test_a_clock_that_goes_back_is_told_at_each_step_back(folder: Path) -> None:
    write_at(folder, 0, 10, 5, 6, 4)
    assert verify(folder).remarks == (
        Remark("clock_back", 3, "entry 3 is dated 0:05:00 before what came before it"),
        Remark("clock_back", 5, "entry 5 is dated 0:02:00 before what came before it"),
    )


def test_a_clock_that_is_corrected_by_a_second_is_no_remark(folder: Path) -> None:
    write_at(folder, 0, 10, 10 - 1 / 60)
    assert verify(folder).remarks == ()


def test_an_entry_dated_after_it_was_noted_is_told(folder: Path) -> None:
    write_at(folder, 0, 600)
    report = verify(folder, [noted_at(folder, 2, 1)])
    assert (report.noted, report.remarks) == (
        2,
        (Remark("clock_ahead", 2, "entry 2 is dated 9:59:00 after it was noted"),),
    )


def test_an_entry_dated_before_the_note_that_did_not_hold_it_is_told(folder: Path) -> None:
    """Alone, the chain looks right: only the note knows that the second entry came after it."""
    write_at(folder, 0, 1)
    assert verify(folder).remarks == ()
    told = verify(folder, [noted_at(folder, 1, 60)]).remarks
    assert told == (Remark("clock_back", 2, "entry 2 is dated 0:59:00 before what came before it"),)


def test_no_more_remarks_are_kept_than_a_person_reads(folder: Path) -> None:
    write_at(folder, *range(100, 0, -2))
    assert len(verify(folder).remarks) == 20


def one_month(class_: str, on: date) -> int | None:
    return {"access": 1}.get(class_)


def purged(folder: Path, at: datetime, day: str = "2026-03-02", class_: str = "access") -> Report:
    """What is said of a purge of one day that the chain dates at this moment."""
    write_at(folder, 0)
    Journal(folder, "guard", lambda: at).append(PURGED, {"class": class_, "days": [day]})
    for path in folder.glob("payloads/access/*.jsonl"):
        path.unlink()
    return verify(folder, [], Term(one_month, at))


def test_a_purge_at_its_term_is_no_flaw(folder: Path) -> None:
    assert purged(folder, datetime(2026, 4, 3, tzinfo=UTC)).sound


EARLY = Flaw("purged_early", 2, "entry 2 purges access of 2026-03-02, before its term")


def test_a_purge_on_the_last_day_of_the_term_is_too_early(folder: Path) -> None:
    assert purged(folder, datetime(2026, 4, 2, 23, tzinfo=UTC)).flaw == EARLY


def test_a_purge_of_a_class_that_the_law_does_not_date_is_too_early(folder: Path) -> None:
    found = purged(folder, datetime(2099, 1, 1, tzinfo=UTC), class_="security").flaw
    assert found == Flaw("purged_early", 2, "entry 2 purges security of 2026-03-02, before its term")


def test_a_clock_set_ahead_does_not_bring_a_term_nearer(folder: Path) -> None:
    """The chain says 2030; whoever verifies, or a note that holds the purge, knows better."""
    purged(folder, datetime(2030, 1, 1, tzinfo=UTC))
    assert verify(folder, [], Term(one_month, NOW)).flaw == EARLY
    later = Term(one_month, datetime(2031, 1, 1, tzinfo=UTC))
    assert verify(folder, [], later).sound
    assert verify(folder, [noted_at(folder, 2, 30)], later).flaw == EARLY


def test_a_clock_that_was_ahead_for_whoever_noted_it_too_does_not_either(folder: Path) -> None:
    purged(folder, datetime(2030, 1, 1, tzinfo=UTC))
    years = (datetime(2030, 1, 1, 1, tzinfo=UTC) - NOON) / timedelta(minutes=1)
    assert verify(folder, [noted_at(folder, 2, years)], Term(one_month, NOW)).flaw == EARLY
    assert verify(folder, [noted_at(folder, 2, years)], Term(one_month, datetime(2031, 1, 1, tzinfo=UTC))).sound


def a_machine_that_starts_twice_in_the_past(folder: Path) -> None:
    """Without a battery, each time at the same moment; what it journaled the first time was purged meanwhile."""
    write_at(folder, 0, 1)
    assert purged(folder, NOW + timedelta(days=300)).sound
    write_at(folder, 2, 3)


def test_what_comes_to_a_purged_day_by_a_clock_far_behind_leaves_the_chain_sound(folder: Path) -> None:
    a_machine_that_starts_twice_in_the_past(folder)
    found = verify(folder)
    assert (found.flaw, found.entries, found.purged, found.strays) == (None, 6, 3, 0)


def test_what_came_to_a_purged_day_later_is_not_purged_with_it(folder: Path) -> None:
    a_machine_that_starts_twice_in_the_past(folder)
    next(folder.glob("payloads/access/*.jsonl")).unlink()
    words = "2 payloads of access, 2026-03-02, are gone without a purge"
    assert verify(folder).flaw == Flaw("payload_removed", 5, words)


@pytest.mark.parametrize(
    "payload",
    [{}, {"class": "access"}, {"class": 1, "days": []}, {"class": "access", "days": ["hier"]},
     {"class": "access", "days": 3}, {"class": "access", "days": [], "more": 1}],
    ids=str,
)  # fmt: skip
def test_a_purge_that_does_not_say_of_what_is_no_purge(folder: Path, payload: dict[str, object]) -> None:
    Journal(folder, "guard").append(PURGED, payload)
    found = verify(folder).flaw
    assert found == Flaw("changed", 1, "entry 1 announces a purge and does not say of what")


def by_hand(folder: Path, moment: str) -> None:
    """A purge written by someone who knows the form, at a moment that no calendar has."""
    sealed = seal(PURGED, {"class": "access", "days": ["2026-03-02"]}, bytes(SALT_BYTES))
    entry = Entry(1, moment, PURGED, "journal", sealed.commitment, genesis("guard"))
    (folder / "payloads" / "journal").mkdir(parents=True)
    (folder / "payloads" / "journal" / f"{entry.day}.jsonl").write_bytes(sealed.record(1))
    (folder / "chain.jsonl").write_bytes(entry.line())


def test_a_moment_that_no_calendar_has_is_a_flaw_and_not_a_traceback(folder: Path) -> None:
    by_hand(folder, "2026-00-41T99:99:99.000000Z")
    found = verify(folder, [], Term(one_month, NOW)).flaw
    assert found == Flaw("changed", 1, "entry 1 has no moment of the calendar")


def hostile(folder: Path, what: str) -> None:
    """What the owner of a chain may put where its files are."""
    chain, payload = folder / "chain.jsonl", folder / "payloads" / "access" / "2026-03-02.jsonl"
    place = payload if what == "payload" else chain
    content = place.read_bytes()
    place.unlink()
    if what == "link":
        (folder / "elsewhere").write_bytes(content)
        place.symlink_to("elsewhere")
    else:
        os.mkfifo(place)


@pytest.mark.parametrize("what", ["pipe", "link", "payload"])
def test_a_pipe_or_a_link_in_place_of_a_file_is_refused_and_nobody_waits_for_it(folder: Path, what: str) -> None:
    write_at(folder, 0)
    hostile(folder, what)
    with pytest.raises(UnavailableError, match="cannot be read"):
        verify(folder)


def test_a_lock_that_is_kept_does_not_keep_a_verification_waiting(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_at(folder, 0)
    monkeypatch.setattr(chaining, "LOCK_PATIENCE_S", 0.05)
    with chaining.ChainFolder(folder, "guard").locked(), pytest.raises(UnavailableError, match="keeps the lock"):
        verify(folder)


def test_a_line_without_end_is_not_read_into_memory(folder: Path) -> None:
    write_at(folder, 0)
    with (folder / "chain.jsonl").open("ab") as stream:
        stream.truncate(2**26)
    found = verify(folder).flaw
    assert found is not None
    assert (found.kind, found.line) == ("truncated", 2)
