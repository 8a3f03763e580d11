"""A process is told from a later one of the same number by the moment of its start, and by the boot of the machine."""

from __future__ import annotations

from pathlib import Path

from policies.files import Closed

STARTED = 19  # the field `starttime` of /proc/<pid>/stat, counted behind the name


class Process(Closed):
    """A process for ever: its number, the tick of its start, and the boot in which that counts."""

    number: int
    started: int
    boot: str


def identify(number: int) -> Process:
    """The process that has this number now; raises ProcessLookupError when none has."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        raise ProcessLookupError(number) from None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return Process(number=number, started=parse_start(stat), boot=boot)


def parse_start(stat: str) -> int:
    """The tick of the start in /proc/<pid>/stat; the name before it may hold anything. Pure."""
    return int(stat.rpartition(")")[2].split()[STARTED])
