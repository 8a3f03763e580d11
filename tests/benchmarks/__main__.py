"""Every number to reach, beside its peer, in one run: `make bench`.

    python -m tests.benchmarks [--values VALUES] [--keep] [--only NAME ...]

Nothing is asserted: figures are read by people, on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from policies.settings import read_values
from tests.benchmarks import start_up
from tests.benchmarks.table import Row, render
from tests.support.site import ROOT, VALUES, Installation

RUN = ROOT / "hub" / "launch" / "run.sh"
MODULES = {
    "decide": "bench_decide",
    "journal": "bench_journal",
    "register": "bench_register",
    "revocation": "bench_revocation",
    "hub": "bench_hub",
}

TITLE = (
    "{times} starts each, in turn: the Datalab's whole path; plain JupyterHub, DockerSpawner, configurable-http-proxy\n"
    "(load of the last five minutes {busy:.1f} on {cores} cores: others' work weighs on both, not alike)"
)


@contextmanager
def installation(values: Path, keep: bool) -> Iterator[Installation]:
    """A whole installation, started as `make run` does and taken away afterwards unless it is kept."""
    done = subprocess.run([RUN, "up", values, "test"], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    found = Installation(read_values(values))
    try:
        yield found
    finally:
        if not keep:
            python = found.places.program / "venv" / "bin" / "python"
            subprocess.run([python, "-I", "-m", "hub.launch", "clean", "--values", values], check=True)


def measure_start_up(values: Path, keep: bool) -> str:
    """The table of starts and of the hub's first page."""
    with installation(values, keep) as site:
        rows: list[Row] = start_up.measure(site)
    return render(TITLE.format(times=start_up.TIMES, busy=os.getloadavg()[1], cores=os.cpu_count()), rows)


def measure_module(name: str) -> str:
    """What a benchmark of its own prints, in a process of its own."""
    command = [sys.executable, "-m", f"tests.benchmarks.{name}"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


def main() -> None:
    words = argparse.ArgumentParser(prog="tests.benchmarks", description=__doc__)
    words.add_argument("--values", type=Path, default=VALUES, help="the installation to start and measure")
    words.add_argument("--keep", action="store_true", help="leave it running")
    words.add_argument("--only", nargs="+", choices=[*MODULES, "start_up"], default=[*MODULES, "start_up"])
    given = words.parse_args()
    table: dict[str, Callable[[], str]] = {
        "start_up": lambda: measure_start_up(given.values, given.keep),
        **{name: lambda module=module: measure_module(module) for name, module in MODULES.items()},  # type: ignore[misc]
    }
    for name, measure in table.items():
        if name in given.only:
            print(measure(), flush=True)


if __name__ == "__main__":
    main()
