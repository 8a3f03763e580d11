"""How long one decision takes against a law of 60 rules: allowed, and refused with its sentences.

Run from the repository: python -m tests.benchmarks.bench_decide
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from policies.engine.decide import decide
from policies.engine.load import load_law
from tests.policies.engine.written import OPEN_CASES, OPEN_TO_ALL, case, rule, small_law, write_law

RULES = 60
ROUNDS = 20_000
DAY = date(2026, 6, 15)
CONDITIONS: tuple[dict[str, Any], ...] = (
    {"where": {"person.suspended": {"is": True}}},
    {"where": {"person.roles": {"has": "role{n}"}}},
    {"where": {"use.purpose": {"is": "ciblage"}, "use.level": {"more_than": "{n}"}}},
    {"where": {"part.regimes": {"has": "secret"}, "use.level": {"less_than": "-{n}"}}},
    {"requires": {"use.purpose": {"in": ["statistique", "recherche"]}, "use.level": {"at_least": "-{n}"}}},
    {
        "where": {"part.regimes": {"has": "secret"}, "use.level": {"at_least": "-{n}"}},
        "requires": {"title": {"kind": "avis", "covers": ["person", "part"]}},
    },
)


def numbered(values: Any, number: int) -> Any:
    """The same condition with a number of its own, so that no two rules say the same."""
    if isinstance(values, dict):
        return {key: numbered(value, number) for key, value in values.items()}
    if isinstance(values, str) and "{n}" in values:
        text = values.replace("{n}", str(number))
        return int(text) if text.lstrip("-").isdigit() else text
    return values


def law_of(count: int) -> dict[str, Any]:
    """A permit and as many other rules, forbids and requires in turn."""
    files = small_law() | {"rules/read/EX-01/rule.yaml": OPEN_TO_ALL, "rules/read/EX-01/cases.yaml": OPEN_CASES}
    for number in range(count - 1):
        conditions = numbered(CONDITIONS[number % len(CONDITIONS)], number)
        if "suspended" in str(conditions):
            conditions["where"]["use.level"] = {"more_than": number}
        effect = "require" if "requires" in conditions else "forbid"
        files[f"rules/read/B-{number}/rule.yaml"] = rule(effect, **conditions)
        files[f"rules/read/B-{number}/cases.yaml"] = [case("refuses"), case("does_not_apply")]
    return files


def facts_of(regimes: list[str], purpose: str = "recherche") -> dict[str, Any]:
    """A person with five titles asking for one part."""
    period = {"from": date(2025, 1, 1), "until": date(2027, 12, 31)}
    titles = [
        {"kind": kind, "number": str(number), "period": period, "people": None, "parts": None, "counts": True}
        for number, kind in enumerate(["engagement", "engagement", "engagement", "avis", "avis"])
    ]
    return {
        "person": {"id": "ana001", "suspended": False, "roles": []},
        "use": {"purpose": purpose, "level": 5, "period": period, "missions": []},
        "part": {"id": "enquete/2024", "name": "Enquête 2024", "regimes": regimes},
        "titles": titles,
    }


def measure(work: Callable[[], object]) -> str:
    """Median and 99th percentile of many rounds, in microseconds."""
    times: list[int] = []
    for _ in range(ROUNDS):
        start = perf_counter_ns()
        work()
        times.append(perf_counter_ns() - start)
    return f"median {statistics.median(times) / 1000:6.1f}   99 % {statistics.quantiles(times, n=100)[98] / 1000:6.1f}"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        law = load_law(write_law(Path(folder), law_of(RULES)))
    asked = {
        "allowed, open data": facts_of([]),
        "allowed by titles that end": facts_of(["secret"]),
        "refused with sentences": facts_of([], purpose="ciblage"),
    }
    sys.stdout.write(f"one decision, {len(law.rules)} rules, {ROUNDS} rounds, microseconds\n")
    for name, facts in asked.items():
        verdict = decide(law, "read", facts, DAY)
        figures = measure(lambda facts=facts: decide(law, "read", facts, DAY))  # type: ignore[misc]
        sys.stdout.write(f"  {name:28} {figures}   (allowed: {verdict.allowed}, until: {verdict.until})\n")


if __name__ == "__main__":
    main()
