"""The errand to the witness runs beside the rounds, and says each of its ends once."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from onboarding.keeper import errand as errands
from onboarding.keeper.errand import Errand


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


class Ends:
    """An errand whose exit code is what a file says."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "code"
        program = f"import sys; sys.exit(int(open({str(self._file)!r}).read()))"
        self.errand = Errand([sys.executable, "-S", "-c", program])
        self.news: list[str] = []

    def end_with(self, code: int) -> None:
        """Let it run until two errands ended with this code."""
        new = self._file.with_suffix(".new")
        new.write_text(str(code))
        new.replace(self._file)  # at once: an errand may be reading it
        for _ in range(3):
            running = self.errand._running
            if running is not None:
                running.wait(20)
            said = self.errand.step()
            self.news += [said] if said else []

    def __del__(self) -> None:
        self.errand.stop()


def test_each_state_is_said_once(tmp_path: Path) -> None:
    ends = Ends(tmp_path)
    for code in (0, 3, 3, 0, 4, 4, 0):
        ends.end_with(code)
    assert ends.news == ["lost", "handed", "disagrees", "handed"]


@pytest.mark.parametrize("code", [1, 2, 3, 77])
def test_whatever_else_it_ends_with_the_witness_is_lost(tmp_path: Path, code: int) -> None:
    ends = Ends(tmp_path)
    ends.end_with(code)
    assert ends.news == ["lost"]


def test_one_that_hangs_is_never_waited_for_and_is_ended_after_its_time() -> None:
    clock = [0.0]
    hanging = Errand([sys.executable, "-S", "-c", "import time; time.sleep(600)"], lambda: clock[0])
    begun = time.monotonic()
    assert [hanging.step() for _ in range(5)] == [None] * 5
    assert time.monotonic() - begun < 5
    first = hanging._running
    assert first is not None
    clock[0] = errands.PATIENCE_S
    assert hanging.step() == "lost"
    until(lambda: first.poll() is not None)
    assert hanging._running is not first
    hanging.stop()
    assert hanging._running is None


def test_only_one_runs_at_a_time() -> None:
    slow = Errand([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
    slow.step()
    first = slow._running
    slow.step()
    assert slow._running is first
    slow.stop()
