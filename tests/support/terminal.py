"""A command run on a real terminal, with somebody who types when it asks."""

from __future__ import annotations

import os
import pty
import select
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PATIENCE_S = 60


@dataclass(frozen=True)
class Shown:
    """The exit code, and all that the terminal showed."""

    code: int
    text: str


def on_a_terminal(command: Sequence[str], environment: Mapping[str, str], typed: Mapping[str, str]) -> Shown:
    """Run a command; `typed`: what is typed, once each, when the terminal shows these words last."""
    process, terminal = pty.fork()
    if process == 0:
        os.execve(command[0], list(command), dict(environment))
    try:
        text = _talk(terminal, dict(typed))
    finally:
        os.close(terminal)
        _, status = os.waitpid(process, 0)
    return Shown(os.waitstatus_to_exitcode(status), text.replace("\r\n", "\n"))


def _talk(terminal: int, waiting: dict[str, str]) -> str:
    shown, end = b"", time.monotonic() + PATIENCE_S
    while True:
        assert select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0], shown.decode(errors="replace")
        try:
            read = os.read(terminal, 65536)
        except OSError:  # the other side closed the terminal
            read = b""
        if not read:
            return shown.decode()
        shown += read
        for words in [each for each in waiting if shown.endswith(each.encode())]:
            os.write(terminal, f"{waiting.pop(words)}\n".encode())
