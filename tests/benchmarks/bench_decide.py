"""How long one decision takes: the whole law, one part, a register of 10,000 projects; and Cedar beside it.

    python -m tests.benchmarks.bench_decide [--projects 10000]

Cedar judges the same rules on the same facts, and is given more than the engine: whether a title is
held or a record found is judged before its clock starts, it skips a policy that meets an absent fact,
and its answer names neither a last day nor a sentence.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter_ns, thread_time_ns
from typing import Any

import cedarpy

from policies.access.approvals import Approvals
from policies.access.facts import Subject, workspace_facts
from policies.access.parts import part_facts
from policies.access.workspace import decide_workspace
from policies.engine.decide import decide
from policies.register.follow import Register
from tests.benchmarks.large_register import read_large
from tests.benchmarks.table import Row, render
from tests.support.cedar import REQUEST, InCedar
from tests.support.judged import KEYS, PEOPLE, shipped_law
from tests.support.judged_documents import ALLOWANCES, ANALYST, DAY, HOUSEHOLDS, PROCESSING, TEAMMATE, TOWNS

ROUNDS = 10_000
ACTION = "mount_part"
ASKED = {
    "open data": (ANALYST, TOWNS),
    "personal data": (ANALYST, ALLOWANCES),
    "statistical secret, three titles": (ANALYST, HOUSEHOLDS),
    "the same, refused with its sentences": (TEAMMATE, HOUSEHOLDS),
}
"""Who asks for what; the teammate has no opinion of the committee."""
TARGET = (30.0, 100.0)


@dataclass(frozen=True)
class Times:
    """The median and the 99th percentile of many rounds, in microseconds."""

    median: float
    worst: float

    def __str__(self) -> str:
        return f"{self.median:.1f} / {self.worst:.1f}"


def measure(
    *works: Callable[[], object], rounds: int = ROUNDS, clock: Callable[[], int] = perf_counter_ns
) -> list[Times]:
    """The times of each work, in turn, so that what else the machine does weighs on all alike."""
    times: list[list[int]] = [[] for _ in works]
    for _ in range(rounds):
        for work, found in zip(works, times, strict=True):
            start = clock()
            work()
            found.append(clock() - start)
    return [Times(statistics.median(each) / 1000, statistics.quantiles(each, n=100)[98] / 1000) for each in times]


def facts_of(register: Register, who: str, part: str) -> dict[str, Any]:
    """What the law is asked about, built from the register."""
    found = register.find_processing(PROCESSING)
    assert found is not None
    subject = Subject(register, found, PEOPLE[who], ("password",), DAY, Approvals(shipped_law(), KEYS))
    return part_facts(subject, workspace_facts(subject), *part.split("/"), "read")


def rows_of(name: str, facts: dict[str, Any]) -> list[Row]:
    """Ours, and both forms of Cedar, on one request."""
    law = shipped_law()
    cedar = InCedar(DAY)
    policies = cedar.policies(law.eras[ACTION].at(DAY).rules)
    parsed, nobody = cedarpy.PolicySet.from_str(policies), cedarpy.Entities.from_json_str("[]")
    request = REQUEST | {"context": json.dumps(cedar.context(law, facts))}
    verdict = decide(law, ACTION, facts, DAY)
    answer = cedarpy.is_authorized(request, parsed, nobody)
    assert (answer.decision == cedarpy.Decision.Allow) is verdict.allowed
    works = (lambda: decide(law, ACTION, facts, DAY), lambda: cedarpy.is_authorized(request, parsed, nobody))
    ours, once = measure(*works)
    own, its_own = measure(*works, clock=thread_time_ns)
    (each_time,) = measure(lambda: cedarpy.is_authorized(request, policies, "[]"), rounds=ROUNDS // 20)
    target = " / ".join(f"{each:.0f}" for each in TARGET)
    return [
        Row(f"{name} (allowed: {verdict.allowed}, until: {verdict.until})", str(ours), str(once), target),
        Row("  of which on the processor", str(own), str(its_own)),
        Row("  Cedar parsed once over ours", f"{once.median / ours.median:.1f} times", "", "2 times"),
        Row("  Cedar parsing each time", "", str(each_time)),
    ]


def workspace_row(register: Register) -> Row:
    """A whole workspace: facts, signatures, four parts, their pairs, services."""

    def work() -> object:
        return decide_workspace(shipped_law(), register, PEOPLE[ANALYST], ("password",), PROCESSING, DAY, KEYS)

    (times,) = measure(work, rounds=ROUNDS // 20)
    return Row("a whole workspace of four parts, from the register, signatures verified", str(times))


def report(folder: Path, projects: int) -> str:
    """Every figure, as text."""
    register = read_large(folder, projects)
    rows = [row for name, asked in ASKED.items() for row in rows_of(name, facts_of(register, *asked))]
    accesses = sum(len(found.processing.team) for found in register.processings())
    law = shipped_law()
    title = (
        f"one decision on one part, microseconds, median / 99 % of {ROUNDS:,} rounds\n"
        f"({len(law.eras[ACTION].at(DAY).rules)} of {len(law.rules)} rules in force for it; "
        f"{len(register.projects):,} projects, {accesses:,} accesses; "
        f"peer: cedarpy, policies and entities parsed once;\n"
        f"load of the last five minutes {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores: theirs is in the 99 %)"
    )
    return render(title, [*rows, workspace_row(register)])


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--projects", type=int, default=10_000)
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(report(Path(folder), given.projects))


if __name__ == "__main__":
    main()
