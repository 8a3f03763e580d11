"""Clocks that leap: a test moves the time of day of one process while it runs, and never the machine's.

Debian's libfaketime stands between the process and its C library, and looks into a small file each time that
somebody asks for the time of day. Clocks that only go forward are left alone, as when a machine's own clock is set.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from policies.calendar import now

LIBRARY = "libfaketimeMT.so.1"
# libfaketime 0.9.10 takes a sleep until a moment of the steady clock, which Python's is, for one of the time of day
SLEEP = "import select, time; time.sleep = lambda seconds, wait=select.select: wait([], [], [], seconds)\n"


def _library() -> Path:
    found = sorted(Path("/usr/lib").glob(f"*/faketime/{LIBRARY}"))
    if not found:
        raise RuntimeError(f"{LIBRARY} is missing; apt-get install libfaketime")
    return found[0]


class Clock:
    """The time of day of whoever was started with its environment; the machine's own until it is moved."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        self._file = folder / "offset"
        self._sleep = folder / "python"
        self._sleep.mkdir()
        (self._sleep / "sitecustomize.py").write_text(SLEEP)
        self.ahead_by(timedelta())

    def now(self) -> datetime:
        """What it shows, in UTC."""
        return now() + self._ahead

    def leap(self, by: timedelta) -> None:
        """Forward, or back."""
        self.ahead_by(self._ahead + by)

    def put_at(self, moment: datetime) -> None:
        """It shows this moment now, and goes on from there."""
        self.ahead_by(moment.astimezone(UTC) - now())

    def ahead_by(self, offset: timedelta) -> None:
        """So much ahead of the machine's own clock, or behind it; whoever looks sees the old time or the new."""
        self._ahead = offset
        new = self._file.with_suffix(".new")
        new.write_text(f"{offset.total_seconds():+f}\n")
        new.chmod(0o644)
        new.replace(self._file)

    def variables(self) -> Mapping[str, str]:
        """What puts a process on this clock, once its Python sleeps as `SLEEP` says."""
        return {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",  # the time of a file is when it was written
        }

    def environment(self, **others: str) -> Mapping[str, str]:
        """What a process is started with; `others` beside it."""
        return {
            **os.environ,
            **self.variables(),
            **others,
            "PYTHONPATH": os.pathsep.join(filter(None, (str(self._sleep), others.get("PYTHONPATH")))),
        }
