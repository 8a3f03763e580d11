"""What the law says of a dataset's catalogue entry: contradictions refuse it, gaps are told."""

from __future__ import annotations

from datetime import date

from policies.access.approvals import Approvals
from policies.access.facts import Facts
from policies.access.parts import dataset_facts
from policies.engine.decide import decide
from policies.engine.model import Verdict
from policies.register.dataset import Dataset
from policies.register.follow import Register

NAMES = ("access", "reason", "request_url", "publication_text", "schema_name", "schema_checked")


def catalogue_facts(approvals: Approvals, dataset_id: str, dataset: Dataset) -> Facts:
    """What `describe_dataset` is judged on: the entry, and what its qualified parts are under and hold."""
    parts = dataset.parts.values()
    return {
        "dataset": dataset_facts(approvals, dataset_id, dataset, frozenset()),
        "catalogue": {
            **{name: getattr(dataset.catalogue, name, None) for name in NAMES},
            "regimes": sorted({regime for part in parts for regime in part.regimes or ()}),
            "contents": sorted({content for part in parts for content in part.content or ()}),
            "marks": sorted({part.mark for part in parts if part.mark}),
            "unqualified": [part.name for part in parts if part.regimes is None],
        },
    }


def judge_catalogue(approvals: Approvals, register: Register, day: date) -> dict[str, Verdict]:
    """The law's verdict on the entry of each dataset."""
    return {
        name: decide(approvals.law, "describe_dataset", catalogue_facts(approvals, name, dataset), day)
        for name, dataset in register.datasets.items()
    }
