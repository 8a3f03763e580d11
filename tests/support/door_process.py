"""A door in a process of its own: `python -m tests.support.door_process FOLDER SETTINGS [MOST_VALUES]`.

FOLDER holds `run`, with the workspaces' sockets, and gets the door's socket and journal; SETTINGS are JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from hub.door import json_text
from hub.door.api import Door
from hub.door.files import Files
from hub.door.readers import Readers
from hub.door.settings import DoorSettings
from hub.door.workspaces import Workspaces
from hub.launch.ready import listens, wait_for
from hub.limits import limit_memory
from hub.serving import Service, serve
from tests.support.door import Diary, door_settings

CONNECTIONS = 64


def make(base: Path, diary: Diary, settings: DoorSettings) -> Door:
    """A door to the workspaces of a folder."""
    workspaces = Workspaces(PurePosixPath(base / "run"), settings.answer_s)
    return Door(Files(workspaces, diary.ledger, Readers(), settings), settings)


class DoorProcess:
    """One that runs."""

    def __init__(self, socket: Path, process: subprocess.Popen[bytes]) -> None:
        self.socket = socket
        self.process = process

    def memory_mib(self) -> int:
        """The most memory that it ever had."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) // 1024


@contextmanager
def door_process(base: Path, most_values: int = json_text.MOST_VALUES, **changes: Any) -> Iterator[DoorProcess]:
    """One until the end; `most_values` may take a bound away."""
    socket = base / "run" / "door" / "door.sock"
    command = [sys.executable, "-m", __name__, str(base), json.dumps(changes), str(most_values)]
    with subprocess.Popen(command) as process:
        try:
            wait_for("the door", lambda: listens(socket), "its output")
            yield DoorProcess(socket, process)
        finally:
            process.terminate()


def main(folder: str, changes: str, most_values: str) -> None:
    settings = door_settings(**json.loads(changes))
    limit_memory(settings.memory_mib)
    json_text.MOST_VALUES = int(most_values)
    diary = Diary(Path(folder) / "journal", time.monotonic, **json.loads(changes))
    serve([Service(make(Path(folder), diary, settings), Path(folder) / "run" / "door" / "door.sock", CONNECTIONS)])


if __name__ == "__main__":
    main(*sys.argv[1:])
