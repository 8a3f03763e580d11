"""An output that somebody wants to take away, as facts: what it is, and what its sources are under.

The sources are the parts of the label of the space that it comes from, so that a table made from
others is under every secret of theirs.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from policies.access.facts import Facts, Subject, workspace_facts
from policies.access.spaces import Label
from policies.engine.decide import decide
from policies.engine.model import Verdict
from policies.files import Closed
from policies.names import PersonId, Slug
from policies.register.dataset import Identifier, Part, Unit


class Output(Closed):
    """The record of an output, as its author and its checkers fill it in; what is absent is unknown.

    `full_cells` counts categories that are all in one cell; `smallest_cell` and `largest_share` are not
    weighted; `approved_by` are the people who checked it, the author never counting.
    """

    author: PersonId
    kind: Literal["statistics", "model", "code", "nominative"]
    use: Literal["publication", "decision_individuelle", "controle", "prospection"]
    destination: Literal["outside", "other_project"] = "outside"
    approved_by: tuple[PersonId, ...] = ()
    recipient: Slug | None = None
    system: str | None = None
    columns: tuple[str, ...] | None = None
    unit: Unit | None = None
    level: Literal["country", "region", "department", "commune", "grid"] | None = None
    localised: bool | None = None
    individual_rows: bool | None = None
    smallest_cell: int | None = None
    largest_share: float | None = None
    smallest_commune: int | None = None
    secondary_done: bool | None = None
    full_cells: int | None = None
    elements: tuple[str, ...] | None = None
    identifiers: tuple[Identifier, ...] | None = None
    description: str | None = None
    fingerprint: str | None = None
    size_mb: float | None = None
    outputs_today: int | None = None
    sampled: bool | None = None
    memorisation_checked: bool | None = None
    degrees_of_freedom: int | None = None
    repository: str | None = None
    licence: str | None = None
    secrets_scanned: bool | None = None
    individual_score: bool | None = None
    algorithm_sheet: str | None = None
    mention: bool | None = None
    rules_published: bool | None = None
    public_service: bool | None = None
    accessibility_day: date | None = None
    accessibility_rate: float | None = None
    ecodesign_day: date | None = None


def output_facts(subject: Subject, base: Facts, output: Output, sources: Label) -> Facts:
    """What `release_output` is judged on: the facts of the workspace, the record, the secrets of the sources.

    A source that is no longer in the register, or that nobody qualified, leaves the secrets unknown.
    """
    return base | {"output": _said(output) | _sources(subject, sources)}


def _said(output: Output) -> Facts:
    """What the record itself says; its author never counts as a checker."""
    said = output.model_dump(exclude={"author", "approved_by"})
    listed = {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}
    return listed | {"approvers": len(set(output.approved_by) - {output.author})}


def _sources(subject: Subject, sources: Label) -> Facts:
    """The secrets and contents of all sources together, absent where one source is unknown."""
    parts = [_part(subject, source) for source in sorted(sources)]
    qualified = [part for part in parts if part is not None and part.regimes is not None]
    if len(qualified) < len(parts):
        return {"regimes": None, "contents": None}
    return {
        "regimes": sorted({each for part in qualified for each in part.regimes or ()}),
        "contents": sorted({each for part in qualified for each in part.content or ()}),
    }


def _part(subject: Subject, source: str) -> Part | None:
    dataset_id, _, name = source.partition("/")
    dataset = subject.register.datasets.get(dataset_id)
    return None if dataset is None else dataset.parts.get(name)


def decide_output(subject: Subject, output: Output, sources: Label) -> Verdict:
    """Whether the law lets an output leave on the subject's day."""
    facts = output_facts(subject, workspace_facts(subject), output, sources)
    return decide(subject.approvals.law, "release_output", facts, subject.day)
