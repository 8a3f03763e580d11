"""A register of any size, of which one processing is approved rightly: its analyst has ten thousand neighbours."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from policies.register.follow import Register, RegisterFollower
from tests.benchmarks.bench_register import documents, store
from tests.support.judged import approved
from tests.support.judged_documents import PROJECT_FILE, TITLE_FILES, judged_documents


def read_large(folder: Path, projects: int) -> Register:
    """The register of the processing that judges are tested on, among so many others."""
    made = documents(projects)
    last = made["numbers.yaml"]
    judged: dict[str, Any] = json.loads(json.dumps(judged_documents()))
    people = [path for path in judged if path.startswith("people/")]
    for number, path in enumerate(people, last["person"] + 1):
        judged[path]["number"] = number
    processings = judged[PROJECT_FILE]["processings"].values()
    for number, processing in enumerate(processings, last["processing"] + 1):
        processing["number"] = number
    judged["numbers.yaml"] = {
        "person": last["person"] + len(people),
        "processing": last["processing"] + len(processings),
    }
    store(folder, made | approved(judged))
    return replace(RegisterFollower(folder).current(), files=TITLE_FILES)
