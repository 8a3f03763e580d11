"""What reads a producer's file has no right left, and what it breaks, it breaks alone."""

from __future__ import annotations

import os
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from onboarding.deliveries import apart
from onboarding.deliveries.apart import NOBODY, STOPPED, Work, run_apart
from onboarding.deliveries.errors import DeliveryError

CONTENT = b"code,habitants\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_bytes(CONTENT)
    path.chmod(0o400)
    return path


def run(work: Work, file: Path, tell: Callable[[int], None] = lambda _: None) -> dict[str, Any]:
    with file.open("rb") as stream:
        return run_apart(work, stream.fileno(), tell)


def attempts(stream: BinaryIO, _: Callable[[int], None]) -> dict[str, Any]:
    """What somebody who took over the child could try."""
    tried: dict[str, Callable[[], object]] = {
        "open the file by its path": lambda: os.open(f"/proc/self/fd/{stream.fileno()}", os.O_WRONLY),
        "read what is root's": lambda: os.open("/etc/shadow", os.O_RDONLY),
        "write to the disk": lambda: Path("/tmp/datalab-apart").write_bytes(b"x"),
        "become root again": lambda: os.setuid(0),
        "speak to the machine": lambda: socket.create_connection(("127.0.0.1", LISTENS), 2),
        "signal its parent": lambda: os.kill(os.getppid(), 0),
    }
    return {
        "uid": os.getuid(),
        "read": stream.read().decode(),
        "done": [name for name, act in tried.items() if _can(act)],
    }


def _can(act: Callable[[], object]) -> bool:
    try:
        act()
    except OSError:
        return False
    return True


LISTENS = 0


@pytest.fixture(autouse=True)
def listening(monkeypatch: pytest.MonkeyPatch) -> Any:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setitem(globals(), "LISTENS", server.getsockname()[1])
        yield
    Path("/tmp/datalab-apart").unlink(missing_ok=True)


def test_the_child_reads_its_file_and_can_do_nothing_else(file: Path) -> None:
    assert run(attempts, file) == {"uid": NOBODY, "read": CONTENT.decode(), "done": []}


def test_without_renouncing_every_attempt_would_succeed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the attempts are real."""
    monkeypatch.setattr(apart, "_renounce", lambda: None)
    assert run(attempts, file)["done"] == [
        "open the file by its path", "read what is root's", "write to the disk", "become root again",
        "speak to the machine", "signal its parent",
    ]  # fmt: skip


def test_this_process_keeps_its_rights(file: Path) -> None:
    run(attempts, file)
    assert (os.geteuid(), os.getgroups() is not None) == (0, True)


def limits_of(_: BinaryIO, __: Callable[[int], None]) -> dict[str, Any]:
    return {str(limit): resource.getrlimit(limit) for limit in apart.LIMITS}


def test_memory_time_and_disk_of_the_child_are_bounded_and_cannot_be_raised(file: Path) -> None:
    assert run(limits_of, file) == {str(limit): [most, most] for limit, most in apart.LIMITS.items()}
    assert set(apart.LIMITS) >= {resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE}


def too_much(_: BinaryIO, __: Callable[[int], None]) -> dict[str, Any]:
    return {"size": len(bytearray(8 * 1024**3))}


def dies(_: BinaryIO, __: Callable[[int], None]) -> dict[str, Any]:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def says_nothing(_: BinaryIO, __: Callable[[int], None]) -> dict[str, Any]:
    os._exit(0)


@pytest.mark.parametrize("work", [too_much, dies, says_nothing])
def test_a_child_that_dies_is_a_fault_of_the_file_and_of_nothing_else(
    work: Work, file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DeliveryError, match=STOPPED):
        run(work, file)
    capfd.readouterr()


def test_progress_comes_before_the_answer(file: Path) -> None:
    def works(_: BinaryIO, tell: Callable[[int], None]) -> dict[str, Any]:
        for at in (1, 2, 3):
            tell(at)
        return {"rows": 1}

    told: list[int] = []
    assert (run(works, file, told.append), told) == ({"rows": 1}, [1, 2, 3])
