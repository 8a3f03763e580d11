"""What the datalab answers when a person wants a workspace on a processing: one frozen document.

Decisions are stored, journaled, shown and compared, so they go to JSON and back unchanged.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from policies.engine.model import Obligation, Reason, Refusal
from policies.files import Closed, canonical_json


class Grant(Closed):
    """A part that is mounted (`read`), or only described (`catalogue`), until a day included."""

    dataset: str
    part: str
    version: str
    mode: Literal["read", "catalogue"]
    restricted: bool
    until: date | None
    reasons: tuple[Reason, ...]

    @property
    def id(self) -> str:
        """`dataset/part`, as titles and pairings write it."""
        return f"{self.dataset}/{self.part}"


class PartRefusal(Closed):
    """A part that the processing asks for and that is not mounted, with every reason."""

    dataset: str
    part: str
    refusals: tuple[Refusal, ...]

    @property
    def id(self) -> str:
        """`dataset/part`, as titles and pairings write it."""
        return f"{self.dataset}/{self.part}"


class Decision(Closed):
    """The judgement on one person, one processing, one day.

    `until` is the last day on which a new decision would have the same effects (allowed, mounts,
    services, profiles), `None` when no end is known. `law` and `facts` are the digests of what was
    judged: whoever holds both can decide again.
    """

    person: str
    processing: str
    day: date
    allowed: bool
    until: date | None
    grants: tuple[Grant, ...] = ()
    refused_parts: tuple[PartRefusal, ...] = ()
    services: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    warnings: tuple[Reason, ...] = ()
    law: str = Field(description="digest of the law")
    facts: str = Field(description="digest of the facts")

    def to_json(self) -> str:
        """The decision as canonical JSON."""
        return canonical_json(self.model_dump(mode="json")).decode()

    @property
    def label(self) -> frozenset[str]:
        """The restricted parts that this decision mounts: what the person's spaces are marked with."""
        return frozenset(g.id for g in self.grants if g.restricted and g.mode == "read")
