"""A file of any size is received, checked and published in the same memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.deliveries import make_site, write_source

ROOT = Path(__file__).parents[3]
MIB = 1024 * 1024
# what ten times as much may take more: far less than what is more of the file
MORE = 24
# in a process of its own, whose peak is measured; small blocks, so that the library's pools are full early
_DELIVER = """
import resource, sys
from pathlib import Path
from onboarding.deliveries import tables
from onboarding.operations.check_delivery import check_delivery
from tests.support.deliveries import RECEIVER, bring, confirm_in, make_desk, office_in

tables.BLOCK = 256 * 1024
folder = Path(sys.argv[1])
desk = make_desk(folder)
held = bring(folder, desk, folder / "source")
assert check_delivery(office_in(folder), RECEIVER, "essai", desk, held.name).sound
confirm_in(folder, desk, held.name)
# VmHWM and not ru_maxrss, which remembers the process that this one was forked from
own = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(own.split()[1], resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def peaks(folder: Path, mib: int) -> tuple[int, int]:
    """The largest memory, in MiB, of this side and of the child that reads, for a file of so many MiB."""
    make_site(folder)
    write_source(folder / "source", {"p2025/communes.csv": b"code,habitants\n" + b"01001,780\n" * (mib * MIB // 10)})
    command = [sys.executable, "-c", _DELIVER, str(folder)]
    own, child = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    return int(own) // 1024, int(child) // 1024


def test_a_file_ten_times_as_large_takes_no_more_memory(tmp_path: Path) -> None:
    small, large = peaks(tmp_path / "small", 8), peaks(tmp_path / "large", 80)
    assert large[0] <= small[0] + MORE, (small, large)
    assert large[1] <= small[1] + MORE, (small, large)
