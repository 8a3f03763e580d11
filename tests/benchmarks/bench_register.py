"""Figures of the register: 10,000 projects and 100,000 accesses loaded, one change taken up, one written.

    python -m tests.benchmarks.bench_register [--folder FOLDER] [--projects 10000]

Registers are loaded in processes of their own, whose peak of memory is theirs alone.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from onboarding.writing import Writer
from policies.files import canonical_json, fingerprint
from policies.journal.append import Journal
from policies.register.attested import plain
from policies.register.blobs import parse_manifest
from policies.register.documents import parse_document
from policies.register.follow import RegisterFollower
from tests.benchmarks.table import Row, render

ACCESSES = 10  # people in the team of each processing
PER_DATASET = 10  # projects to each dataset of the register
TARGET_LOAD_S = 15
TARGET_LOAD_MB = 1500
TARGET_CHANGE_MS = 50
PROPOSED = {"person": "plead1", "day": "2026-01-05"}
PROOF = {"key": "ab" * 8, "organisation": "minefi", "roles": ["dpo"], "signature": "A" * 88}
APPROVED = {"person": "pdpo01", "day": "2026-01-06", "proof": PROOF}
ATTESTED = {"proposed": PROPOSED, "approved": APPROVED}
YEAR = {"from": "2026-01-01", "until": "2026-12-31"}


def person(number: int) -> str:
    """The id of a person."""
    return f"p{number:06d}"


def datasets_of(projects: int) -> int:
    """As many datasets as so many projects share."""
    return max(3, projects // PER_DATASET)


def project(number: int, projects: int) -> dict[str, Any]:
    """A project of one processing, ten people, three parts, two titles: about 5 kB."""
    team = {person((number * 7 + each) % projects): {**ATTESTED, "habilitation": YEAR} for each in range(ACCESSES)}
    count = datasets_of(projects)
    datasets = {f"jeu-{(number + each) % count}": {**ATTESTED, "parts": ["p2025"]} for each in range(3)}
    titles = {
        f"titre-{each}": {
            **ATTESTED, "kind": "accord_producteur", "number": f"A-{number}-{each}", "issuer": "insee",
            "period": YEAR, "parts": [f"jeu-{number % count}/p2025"], "file": "accord.pdf",
            "fingerprint": "ab" * 32,
        }
        for each in range(2)
    }  # fmt: skip
    processing = {
        **ATTESTED, "number": number + 1, "name": f"Traitement {number}", "purpose": "etude_economique",
        "recipient": "minefi", "legal_basis": {"article": "6_1_e", "text": "décret d'exemple"},
        "controller": "minefi", "period": YEAR, "team": team, "datasets": datasets, "titles": titles,
    }  # fmt: skip
    return {
        **ATTESTED, "name": f"Projet {number}", "carrier": "minefi", "kinds": ["data_sharing"], "origin": "call",
        "period": YEAR, "contact": "x@minefi.test", "processings": {f"traitement-{number}": processing},
    }  # fmt: skip


def documents(projects: int) -> dict[str, dict[str, Any]]:
    """The whole register."""
    made: dict[str, dict[str, Any]] = {
        "datalab.yaml": {"name": "Datalab", "contact": "x"},
        "numbers.yaml": {"person": projects, "processing": projects},
    }
    for number in range(datasets_of(projects)):
        part = {**ATTESTED, "name": "2025", "unit": "person", "regimes": ["rgpd"]}
        made[f"datasets/jeu-{number}.yaml"] = {
            **ATTESTED, "name": f"Jeu {number}", "description": "d", "producer": "insee", "contact": "c",
            "parts": {"p2025": part},
        }  # fmt: skip
    for number in range(projects):
        made[f"people/{person(number)}.yaml"] = {"number": number + 1}
        made[f"projects/projet-{number}.yaml"] = project(number, projects)
    return made


def store(folder: Path, made: dict[str, dict[str, Any]]) -> int:
    """Put the register on disk as a writer leaves it, without a sync each; answers the bytes of contents."""
    (folder / "history").mkdir(parents=True)
    names, size = {}, 0
    for path, values in made.items():
        content = canonical_json(plain(parse_document(path, values)))
        names[path] = fingerprint(content)
        (folder / "history" / names[path]).write_bytes(content)
        size += len(content)
    put_manifest(folder, names)
    return size


def put_manifest(folder: Path, names: dict[str, str]) -> None:
    """Replace the manifest."""
    recorded = {"actor": "plead1", "reason": "mesure", "moment": "2026-02-01T09:00:00Z"}
    waiting = folder / "waiting"
    waiting.write_bytes(canonical_json({"documents": names, "previous": None, "recorded": recorded}))
    waiting.rename(folder / "manifest.json")


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def measure_changes(
    folder: Path, follower: RegisterFollower, made: dict[str, dict[str, Any]], times: int
) -> list[float]:
    """Milliseconds of each poll that takes up one changed project."""
    names = dict(parse_manifest((folder / "manifest.json").read_bytes()).documents)
    found = []
    for number in range(times):
        path = f"projects/projet-{number}.yaml"
        content = canonical_json(plain(parse_document(path, {**made[path], "name": f"Nouveau nom {number}"})))
        names[path] = fingerprint(content)
        (folder / "history" / names[path]).write_bytes(content)
        put_manifest(folder, names)
        found.append(timed(follower.current))
        assert follower.current().projects[f"projet-{number}"].name == f"Nouveau nom {number}"
    return found


def measure_writes(folder: Path, projects: int, made: dict[str, dict[str, Any]], times: int) -> list[float]:
    """Milliseconds of each write of one project; the first reads the register and renders the tree."""
    register = folder / "register"
    writer = Writer(register, Journal(folder / "journal" / "onboarding", "onboarding"))
    follower, found = RegisterFollower(register), []
    for number in range(times):
        path = f"projects/projet-{projects - 1 - number}.yaml"
        values = {**made[path], "name": f"Écrit {number}"}
        values["processings"] = {
            name: {key: value for key, value in each.items() if key != "number"}
            for name, each in made[path]["processings"].items()
        }
        seen = {path: follower.current().documents[path]}
        change = {path: values}
        found.append(timed(lambda change=change, seen=seen: writer.write(change, seen, "plead1", "mesure")))  # type: ignore[misc]
    return found


LOADING = """
import resource, sys, time
from pathlib import Path
from policies.register.follow import RegisterFollower
from tests.benchmarks.table import Row, render
imported = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
RegisterFollower(Path(sys.argv[1])).current()
print(time.perf_counter() - start, imported / 1000, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
"""


def measure_load(register: Path) -> tuple[float, float, float]:
    """Seconds to load a register in a process of its own; megabytes before, and at the peak."""
    command = [sys.executable, "-c", LOADING, str(register)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, before, peak = map(float, done.stdout.split())
    return seconds, before, peak


def curve(folder: Path, projects: int) -> list[Row]:
    """The cost of a project in registers of a hundred projects to all of them: flat if nothing grows faster."""
    rows = []
    for count in sorted({100, 300, 1_000, 3_000, projects}):
        register = folder / f"register-{count}"
        store(register, documents(count))
        seconds, before, peak = measure_load(register)
        each = f"{1000 * seconds / count:.2f} ms, {1000 * (peak - before) / count:.0f} kB"
        rows.append(Row(f"  a project and its ten people, of {count:,} projects", each))
    rows.append(
        Row(
            f"load of {projects:,} projects, {projects * ACCESSES:,} accesses",
            f"{seconds:.1f} s",
            "",
            f"{TARGET_LOAD_S} s",
        )
    )
    return [*rows, Row("  peak of memory, program included", f"{peak:.0f} MB", "", f"{TARGET_LOAD_MB} MB")]


def report(folder: Path, projects: int) -> str:
    """Every figure, as text."""
    rows = curve(folder, projects)
    register = folder / f"register-{projects}"
    made = documents(projects)
    (folder / "register").symlink_to(register)
    follower = RegisterFollower(folder / "register")
    follower.current()
    polls = [timed(follower.current) for _ in range(1000)]
    changes = measure_changes(register, follower, made, 60)
    first, *others = measure_writes(folder, projects, made, 11)
    rows += [
        Row("poll without change", f"{1000 * statistics.median(polls):.0f} us"),
        Row("one changed file taken up, median", f"{statistics.median(changes):.1f} ms", "", f"{TARGET_CHANGE_MS} ms"),
        Row(f"  worst of {len(changes)}", f"{max(changes):.1f} ms"),
        Row("one change written", f"{statistics.median(others):.0f} ms"),
        Row("  the first, which renders the whole tree", f"{first / 1000:.1f} s"),
    ]
    return render(f"the register ({len(made):,} documents)", rows)


def main() -> None:
    """Measure in a folder that is taken away afterwards."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--folder", type=Path, help="where; on the disk that is to be measured")
    words.add_argument("--projects", type=int, default=10_000)
    given = words.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        print(report(Path(folder), given.projects))


if __name__ == "__main__":
    sys.exit(main())
