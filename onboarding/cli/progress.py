"""A bar for what takes long, on a terminal; nothing is drawn where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


class Bar:
    """One bar, begun anew for each kind of work."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def begin(self, what: str, total: int) -> None:
        """Some work of so many bytes begins; only now is anything drawn, so that no question is drawn over."""
        self._progress.start()
        self._task = self._progress.add_task(what, total=total)

    def advance(self, done: int) -> None:
        """So many more bytes are done."""
        if self._task is not None:
            self._progress.advance(self._task, done)
            self._progress.refresh()


@contextmanager
def bar() -> Iterator[Bar]:
    """A bar on the terminal, apart from answers.

    Drawn by whoever advances it: no thread of its own stands in the way of the child that reads a file.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    drawn = Console(file=sys.stderr)
    progress = Progress(
        *columns,
        console=drawn,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
        disable=not drawn.is_terminal,
    )
    try:
        yield Bar(progress)
    finally:
        progress.stop()
