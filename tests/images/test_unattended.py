"""A workspace that nobody watches: what it computes goes on, what it prints is kept; doing nothing, it ends."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.images.conftest import CLOSED, ROOT, run, writable

sys.path.insert(0, str(ROOT / "images" / "workspace-python"))  # the image's own package, as the image has it

from datalab_workspace.announcement import read_announcement
from datalab_workspace.idle import Idleness, is_over
from datalab_workspace.outputs import LARGEST_OUTPUT, Execution, merge, unsaved
from datalab_workspace.run import RunError, command_of, output_of

STREAM = {"name": "stdout", "text": "a\n"}
RESULT = {"data": {"text/plain": "2"}, "metadata": {}, "execution_count": 4}


def ran(*messages: tuple[str, dict[str, Any]]) -> Execution:
    """A run of the cell `c1` of which these messages were heard, one a second."""
    found = Execution("c1", "print(1)")
    for moment, (kind, content) in enumerate(messages):
        found.hear(kind, content, {}, float(moment))
    return found


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def cell(id_: str, outputs: list[Any] | None = None) -> dict[str, Any]:
    return {
        "cell_type": "code", "id": id_, "metadata": {}, "source": "", "outputs": outputs or [], "execution_count": None
    }  # fmt: skip


# --- outputs


def test_what_a_cell_printed_and_gave_stands_in_the_order_in_which_it_came() -> None:
    found = ran(
        ("execute_input", {"execution_count": 4}), ("stream", STREAM), ("stream", STREAM), ("execute_result", RESULT)
    )
    assert found.outputs == [
        {"output_type": "stream", "name": "stdout", "text": "a\na\n"},
        {"output_type": "execute_result", **RESULT},
    ]
    assert (found.count, found.done_at) == (4, None)


def test_a_run_is_done_when_its_kernel_is_idle_again() -> None:
    assert ran(("status", {"execution_state": "busy"})).done_at is None
    assert ran(("status", {"execution_state": "busy"}), ("status", {"execution_state": "idle"})).done_at == 1.0


@pytest.mark.parametrize(("wait", "expected"), [(False, []), (True, ["stream"])])
def test_an_output_that_is_cleared_goes_at_once_or_with_the_next_one(wait: bool, expected: list[str]) -> None:
    found = ran(("stream", STREAM), ("clear_output", {"wait": wait}))
    assert [each["output_type"] for each in found.outputs] == expected
    found.hear("execute_result", RESULT, {}, 9.0)
    assert [each["output_type"] for each in found.outputs] == ["execute_result"]


def test_a_flood_is_cut_and_says_so_once() -> None:
    flood = {"name": "stdout", "text": "x" * (LARGEST_OUTPUT // 2)}
    found = ran(*[("stream", flood)] * 6)
    assert len(json.dumps(found.outputs)) < LARGEST_OUTPUT + 1000
    assert [each["name"] for each in found.outputs] == ["stdout", "stderr"]
    assert "non gardée" in found.outputs[-1]["text"]


def test_outputs_go_to_their_cell_and_a_cell_that_was_never_saved_is_added_with_its_code() -> None:
    known, unknown = ran(("stream", STREAM)), Execution("c9", "nouveau()")
    found = notebook(cell("c0"), cell("c1", [{"output_type": "stream", "name": "stdout", "text": "old"}]))
    assert merge(found, [known, unknown])
    assert [each["id"] for each in found["cells"]] == ["c0", "c1", "c9"]
    assert found["cells"][1]["outputs"] == known.outputs
    assert found["cells"][2]["source"] == "nouveau()"
    assert not merge(found, [known, unknown])


def test_a_notebook_that_was_saved_since_is_left_as_it_is() -> None:
    done = ran(("status", {"execution_state": "idle"}))
    going_on = ran(("stream", STREAM))
    assert unsaved([done, going_on], saved_at=5.0) == [going_on]
    assert unsaved([done, going_on], saved_at=-1.0) == [done, going_on]


# --- idleness


@pytest.mark.parametrize(
    ("idle_for_s", "busy", "minutes", "expected"),
    [
        (7200, False, 120, True),
        (7199, False, 120, False),
        (7200, True, 120, False),
        (10**9, False, 0, False),
    ],
)
def test_a_workspace_ends_once_nothing_happened_for_so_many_minutes(
    idle_for_s: float, busy: bool, minutes: float, expected: bool
) -> None:
    assert is_over(1000.0, busy, 1000.0 + idle_for_s, minutes) is expected


class Watched:
    """A server with one kernel, whose clocks a test moves and which says when it was stopped."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATALAB_IDLE_MINUTES", "120")
        self.steady = 0.0
        self.ahead = timedelta()
        self.kernel = SimpleNamespace(execution_state="idle", last_activity=self.now())
        manager = SimpleNamespace(list_kernel_ids=lambda: ["k"], get_kernel=lambda _: self.kernel)
        self.stopped = False
        app, log = SimpleNamespace(settings={}), SimpleNamespace(info=lambda *_: None)
        server = SimpleNamespace(kernel_manager=manager, web_app=app, log=log, stop=self._stop)
        self.idleness = Idleness(server, lambda: self.steady)
        self.look_after(0)

    def now(self) -> datetime:
        """The time of day."""
        return datetime(2026, 5, 4, tzinfo=UTC) + timedelta(seconds=self.steady) + self.ahead

    def _stop(self) -> None:
        self.stopped = True

    def use(self) -> None:
        """A cell runs."""
        self.kernel.last_activity = self.now()

    def look_after(self, minutes: float) -> bool:
        """Whether the workspace has ended so much later."""
        self.steady += minutes * 60
        self.idleness.look()
        return self.stopped


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(monkeypatch)


def test_a_workspace_ends_so_long_after_its_last_use(watched: Watched) -> None:
    watched.look_after(100)
    watched.use()
    assert not watched.look_after(1)
    assert not watched.look_after(119)
    assert watched.look_after(1)


@pytest.mark.parametrize("leap", [timedelta(days=1), timedelta(days=-1), timedelta(hours=2)], ids=str)
def test_a_time_of_day_that_leaps_ends_no_work_and_keeps_nobody_longer(watched: Watched, leap: timedelta) -> None:
    watched.look_after(10)
    watched.use()
    assert not watched.look_after(1)
    watched.ahead += leap
    assert not watched.look_after(1)
    assert not watched.look_after(118)
    assert watched.look_after(1)


def test_what_is_used_after_the_time_of_day_went_back_is_in_use(watched: Watched) -> None:
    for _ in range(3):
        watched.look_after(100)
        watched.ahead -= timedelta(days=1)
        watched.use()
        assert not watched.look_after(1)
    assert not watched.look_after(119)


def test_a_saved_file_is_a_use(watched: Watched) -> None:
    watched.look_after(119)
    watched.idleness.used()
    assert not watched.look_after(119)


def test_a_computation_is_a_use_as_long_as_it_lasts(watched: Watched) -> None:
    watched.kernel.execution_state = "busy"
    assert not watched.look_after(500)
    watched.kernel.execution_state = "idle"
    assert not watched.look_after(119)
    assert watched.look_after(1)


# --- announcements


def test_no_announcement_is_an_empty_object_and_neither_is_one_that_is_no_text(tmp_path: Path) -> None:
    assert read_announcement(tmp_path / "avis.json") == "{}"
    (tmp_path / "avis.json").write_bytes(b"\xff\xfe")
    assert read_announcement(tmp_path / "avis.json") == "{}"
    (tmp_path / "avis.json").write_text('{"text": "fin"}', encoding="utf-8")
    assert read_announcement(tmp_path / "avis.json") == '{"text": "fin"}'


# --- datalab-run


def test_a_runs_output_is_named_after_what_ran_and_when() -> None:
    moment = time.struct_time((2026, 5, 4, 22, 10, 5, 0, 0, 0))
    assert output_of(Path("/projet/a.ipynb"), moment) == Path("/projet/a.sortie-20260504-221005.ipynb")
    assert output_of(Path("/projet/a.py"), moment) == Path("/projet/a.sortie-20260504-221005.txt")


def test_what_is_neither_notebook_nor_script_is_not_run() -> None:
    with pytest.raises(RunError, match="seuls un carnet"):
        command_of(Path("a.csv"), Path("b"))


NOTEBOOK = notebook(cell("c1") | {"source": "print(6 * 7)"}, cell("c2") | {"source": "1 / 0"}, cell("c3"))


@pytest.fixture
def container(tags: dict[str, str], folder: Path, start: Callable[..., str]) -> str:
    home = writable(folder / "home")
    (home / "calcul.ipynb").write_text(json.dumps(NOTEBOOK), encoding="utf-8")
    (home / "calcul.py").write_text("print('fait', flush=True)", encoding="utf-8")
    (home / "long.sh").write_text("echo début; sleep 1000", encoding="utf-8")
    for file in home.iterdir():
        file.chmod(0o666)
    return start(*CLOSED, f"-v={home}:/home/datalab", tags["workspace-python"], "sleep", "1000")


def unattended(container: str, *words: str) -> str:
    return run("docker", "exec", "--workdir=/home/datalab", container, "datalab-run", *words)


def until(container: str, wanted: Callable[[str], bool]) -> str:
    """What the list of runs says once it says what is wanted."""
    end = time.monotonic() + 60
    while not wanted(said := unattended(container, "--liste")):
        assert time.monotonic() < end, said
        time.sleep(0.2)
    return said


def ended(said: str) -> bool:
    return "en cours" not in said


def test_a_notebook_runs_unattended_and_keeps_what_it_gave_and_the_error_it_stopped_at(
    container: str, folder: Path
) -> None:
    assert "Lancé" in unattended(container, "calcul.ipynb")
    until(container, ended)
    written = json.loads(next((folder / "home").glob("calcul.sortie-*.ipynb")).read_text())
    assert written["cells"][0]["outputs"][0]["text"] == ["42\n"]
    assert written["cells"][1]["outputs"][0]["ename"] == "ZeroDivisionError"


def test_a_script_runs_unattended_and_its_output_is_a_text_file_beside_it(container: str, folder: Path) -> None:
    unattended(container, "calcul.py")
    until(container, ended)
    assert next((folder / "home").glob("calcul.sortie-*.txt")).read_text() == "fait\n"


def test_a_run_that_goes_on_is_listed_counts_as_use_and_can_be_stopped(container: str) -> None:
    unattended(container, "long.sh")
    number = until(container, lambda said: "en cours" in said).split()[0]
    busy = "from datalab_workspace.run import is_any_running; print(is_any_running())"
    assert run("docker", "exec", container, "python", "-c", busy) == "True\n"
    unattended(container, "--arreter", number)
    until(container, ended)
    assert run("docker", "exec", container, "python", "-c", busy) == "False\n"


def test_a_file_that_is_not_there_is_said_in_one_line(container: str) -> None:
    with pytest.raises(AssertionError, match="n'existe pas"):
        unattended(container, "absent.ipynb")
