"""Figures of the journal: durable entries a second, latency of one, a million entries verified.

python tests/benchmarks/bench_journal.py [--folder FOLDER] [--million]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from policies.journal.append import Journal
from policies.journal.chain import ChainFolder, chain_links
from policies.journal.entry import SALT_BYTES, seal
from policies.journal.verify import verify

WRITERS = 64
TARGET_APPENDS = 10_000
TARGET_VERIFY_S = 20


def payload(number: int) -> dict[str, Any]:
    """What a decision's entry may look like."""
    return {
        "person": "p7f3k2",
        "processing": "aides-cartographie",
        "number": number,
        "law": "a" * 64,
        "facts": "b" * 64,
        "parts": ["communes/population", "menages/revenus-2023"],
    }


def measure_one(journal: Journal, times: int = 500) -> tuple[float, float]:
    """Median and 99th percentile, in milliseconds, of an append that is alone."""
    found = []
    for number in range(times):
        start = time.perf_counter()
        journal.append("decision", payload(number))
        found.append(1000 * (time.perf_counter() - start))
    return statistics.median(found), statistics.quantiles(found, n=100)[98]


def measure_many(journal: Journal, writers: int, seconds: float = 5.0) -> float:
    """Durable entries a second, with this many threads that each wait for their own."""
    counts = [0] * writers
    stop = time.perf_counter() + seconds

    def write(index: int) -> None:
        while time.perf_counter() < stop:
            journal.append("decision", payload(counts[index]))
            counts[index] += 1

    threads = [threading.Thread(target=write, args=(index,)) for index in range(writers)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - start)


def write_chain(folder: Path, entries: int, group: int = 10_000) -> None:
    """A chain of this many entries, written in large groups because only its verification is measured."""
    place = ChainFolder(folder, folder.name)
    folder.mkdir(parents=True)
    place.ensure()
    begin = datetime(2026, 9, 1, tzinfo=UTC)
    for first in range(1, entries + 1, group):
        numbers = range(first, min(first + group, entries + 1))
        sealed = [seal("decision", payload(n), n.to_bytes(SALT_BYTES, "big")) for n in numbers]
        moment = begin + timedelta(seconds=first // 10)
        head = place.read_head()
        place.write(head, chain_links(head, sealed, lambda moment=moment: moment))


def main() -> None:
    """Print the figures beside their targets."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--folder", type=Path, help="a folder on the disk to measure")
    options.add_argument("--million", action="store_true", help="verify a million entries, not 100,000")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as temporary:
        folder = Path(temporary)
        journal = Journal(folder / "bench", "bench")
        median, late = measure_one(journal)
        print(f"journal, one writer: median {median:.2f} ms, 99th percentile {late:.2f} ms for a durable entry")
        for writers in (1, 8, WRITERS):
            rate = measure_many(journal, writers)
            target = f" (target {TARGET_APPENDS:,})" if writers == WRITERS else ""
            print(f"journal, {writers} writers: {rate:,.0f} durable entries a second{target}")
        assert verify(folder / "bench").sound
        entries = 1_000_000 if chosen.million else 100_000
        write_chain(folder / "long", entries)
        start = time.perf_counter()
        report = verify(folder / "long")
        took = time.perf_counter() - start
        assert report.sound
        assert report.entries == entries
        print(
            f"journal, verification: {entries:,} entries in {took:.1f} s, "
            f"so {took * 1_000_000 / entries:.1f} s for a million (target {TARGET_VERIFY_S})"
        )


if __name__ == "__main__":
    main()
