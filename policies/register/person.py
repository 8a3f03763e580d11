"""Document `people/<id>.yaml`: a person's commitments; no name, no login, no address."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from policies.files import Closed
from policies.names import LARGEST_NUMBER, Slug
from policies.register.attested import Endable, Period, Suspension


class Commitment(Endable):
    """A signed confidentiality commitment; `period` starts the day it was signed."""

    kind: str = "engagement_confidentialite"
    period: Period
    file: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    fingerprint: str = Field(pattern=r"^[0-9a-f]{64}$")


class PersonDocument(Closed):
    """What the register knows of a person: a number for accounts, commitments, a suspension.

    `siret` is the establishment that the person worked in when they were let in.
    """

    apart: ClassVar[frozenset[str]] = frozenset()

    number: int = Field(ge=1, le=LARGEST_NUMBER)
    commitments: dict[Slug, Commitment] = Field(default_factory=dict)
    suspension: Suspension | None = None
    siret: str | None = Field(default=None, pattern=r"^[0-9]{14}$")
