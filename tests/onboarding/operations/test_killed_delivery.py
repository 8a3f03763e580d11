"""A delivery is never half delivered: killed at any step, nothing or all of it is read, and the next run ends it.

A child does the work and is killed by SIGKILL before its n-th call that makes something durable or visible,
for every n until it gets through. Each time the register names all parts or none, and what it names is whole.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from onboarding.deliveries import incoming
from onboarding.deliveries.report import fingerprint_of_files
from onboarding.operations.check_delivery import check_delivery
from onboarding.operations.deliveries import clear, is_confirmed
from onboarding.operations.refusals import NotNowError
from onboarding.operations.withdraw_delivery import withdraw_delivery
from policies.files import fingerprint
from policies.journal.verify import verify
from tests.support.deliveries import (
    FILES,
    MORE,
    RECEIVER,
    TOWNS,
    bring,
    confirm_in,
    make_desk,
    make_site,
    office_in,
    register_in,
    tree,
    write_source,
)
from tests.support.killed import killed_before
from tests.support.written_register import REASON

NAME = "l20260302-103000"
WHOLE = {f"communes/p2024/{NAME}/communes.csv": TOWNS, f"communes/p2025/{NAME}/communes.csv": MORE}
Work = Callable[[Path], object]


def receive_in(folder: Path) -> None:
    bring(folder, make_desk(folder), folder / "source")


def check_in(folder: Path) -> None:
    check_delivery(office_in(folder), RECEIVER, REASON, make_desk(folder), NAME)


def end_confirmation(folder: Path) -> None:
    """As the command does: what is confirmed already is only cleared away."""
    desk = make_desk(folder)
    if not is_confirmed(register_in(folder), NAME):
        confirm_in(folder, desk, NAME)
    clear(desk, register_in(folder))


def end_withdrawal(folder: Path) -> None:
    with suppress(NotNowError):
        withdraw_delivery(office_in(folder), RECEIVER, REASON, make_desk(folder), NAME)


def end_discard(folder: Path) -> None:
    desk = make_desk(folder)
    if desk.quarantine.find(NAME) is not None:
        withdraw_delivery(office_in(folder), RECEIVER, REASON, desk, NAME)
    clear(desk, register_in(folder))


def check_never_half(folder: Path, step: int) -> None:
    """What the register names is in the store, whole, for all parts; what it does not name nobody is given."""
    delivery = register_in(folder).datasets["communes"].deliveries.get(NAME)
    if delivery is None:
        return
    assert set(delivery.parts) == {"p2024", "p2025"}, f"step {step}"
    for part, brought in delivery.parts.items():
        files = (folder / "datasets" / "communes" / part / NAME).iterdir()
        assert fingerprint_of_files(fingerprint(file.read_bytes()) for file in files) == brought.fingerprint, (
            f"step {step}"
        )


def walk(start: Path, folder: Path, work: Work, ended: Callable[[Path, int], None]) -> int:
    """Kill the work before each of its steps, in a copy of what it starts from; answers how many there are."""
    for step in itertools.count(1):
        copy = folder / str(step)
        shutil.copytree(start, copy)
        finished = killed_before(step, lambda: work(copy))  # noqa: B023 - called at once
        check_never_half(copy, step)
        work(copy)
        ended(copy, step)
        check_never_half(copy, step)
        assert verify(copy / "journal" / "onboarding").sound, f"step {step}"
        shutil.rmtree(copy)
        if finished:
            return step
    raise AssertionError("no end")


@pytest.fixture
def start(tmp_path: Path) -> Path:
    folder = tmp_path / "start"
    make_site(folder)
    write_source(folder / "source")
    return folder


def test_a_reception_killed_before_any_step_is_ended_by_the_next_one(start: Path, tmp_path: Path) -> None:
    def ended(folder: Path, step: int) -> None:
        held = make_desk(folder).quarantine.all()
        assert [each.missing() for each in held] == [[]], f"step {step}"
        assert tree(held[0].folder / "files") == FILES, f"step {step}"
        hidden = {each.name for each in (folder / "quarantine").glob(".*")}
        assert hidden == {".lock"}, f"step {step}"

    assert walk(start, tmp_path, receive_in, ended) > 15


def test_a_reception_killed_between_two_blocks_keeps_what_came(
    start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "BLOCK", 8)
    monkeypatch.setattr(incoming, "SYNC_EVERY", 8)
    seen: set[int] = set()
    desk = make_desk(start)
    for step in itertools.count(1):
        finished = killed_before(step, lambda: receive_in(start))
        if not desk.quarantine.all():
            continue
        held = desk.quarantine.all()[0]
        seen |= {held.partial(each).stat().st_size for each in held.missing() if held.partial(each).exists()}
        if finished:
            break
        shutil.rmtree(held.folder)
    assert {8, 16, 24} < seen
    assert tree(desk.quarantine.all()[0].folder / "files") == FILES


def test_a_check_killed_before_any_step_leaves_no_report_or_a_whole_one(start: Path, tmp_path: Path) -> None:
    receive_in(start)

    def ended(folder: Path, step: int) -> None:
        report = make_desk(folder).quarantine.all()[0].report()
        assert report is not None, f"step {step}"
        assert report.sound, f"step {step}"

    assert walk(start, tmp_path, check_in, ended) > 3


def test_a_confirmation_killed_before_any_step_delivers_nothing_or_all(start: Path, tmp_path: Path) -> None:
    receive_in(start)
    check_in(start)

    def ended(folder: Path, step: int) -> None:
        assert is_confirmed(register_in(folder), NAME), f"step {step}"
        assert tree(folder / "datasets") == WHOLE, f"step {step}"
        assert tree(folder / "quarantine") == {".lock": b""}, f"step {step}"

    assert walk(start, tmp_path, end_confirmation, ended) > 25


def test_a_withdrawal_killed_before_any_step_withdraws_all_parts_or_none(start: Path, tmp_path: Path) -> None:
    receive_in(start)
    check_in(start)
    end_confirmation(start)

    def ended(folder: Path, step: int) -> None:
        dataset = register_in(folder).datasets["communes"]
        assert [list(dataset.standing(part)) for part in dataset.parts] == [[], []], f"step {step}"

    def work(folder: Path) -> None:
        parts = register_in(folder).datasets["communes"].parts
        assert len({NAME in part.withdrawals for part in parts.values()}) == 1
        end_withdrawal(folder)

    assert walk(start, tmp_path, work, ended) > 10


def test_a_destruction_killed_before_any_step_leaves_nothing_in_the_end(start: Path, tmp_path: Path) -> None:
    receive_in(start)
    check_in(start)

    def ended(folder: Path, step: int) -> None:
        assert tree(folder / "quarantine") == {".lock": b""}, f"step {step}"

    assert walk(start, tmp_path, end_discard, ended) > 5


def test_a_confirmation_of_all_but_the_register_is_seen_by_nobody(start: Path) -> None:
    """Negative control of the one switch: the files are all there, and no workspace would be given any."""
    receive_in(start)
    check_in(start)
    desk = make_desk(start)
    held = desk.quarantine.all()[0]
    for part in held.package().parts:
        desk.store.publish("communes", part, held.package().of_part(part), held, lambda _: None)
    assert tree(start / "datasets") == WHOLE
    assert register_in(start).datasets["communes"].deliveries == {}


def test_a_second_confirmation_after_a_kill_finds_a_store_that_was_tampered_with(start: Path) -> None:
    receive_in(start)
    check_in(start)
    desk = make_desk(start)
    held = desk.quarantine.all()[0]
    desk.store.publish("communes", "p2024", held.package().of_part("p2024"), held, lambda _: None)
    (start / "datasets" / "communes" / "p2024" / NAME / "more.csv").write_bytes(b"x")
    with pytest.raises(Exception, match="ne sont plus ceux qui ont été contrôlés"):
        confirm_in(start, desk, NAME)


def test_receiving_twice_in_a_row_copies_nothing_twice(start: Path) -> None:
    receive_in(start)
    desk = make_desk(start)
    before = {path: path.stat().st_mtime_ns for path in desk.quarantine.all()[0].folder.rglob("*.csv")}
    receive_in(start)
    assert {path: path.stat().st_mtime_ns for path in desk.quarantine.all()[0].folder.rglob("*.csv")} == before
