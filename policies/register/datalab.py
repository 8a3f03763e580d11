"""Documents `datalab.yaml` (the platform itself) and `numbers.yaml` (the last numbers given)."""

from __future__ import annotations

from pydantic import Field

from policies.files import Closed
from policies.register.attested import Attested, Period


class Homologation(Attested):
    """The security homologation of the platform (décret 2019-1088 art. 4)."""

    scope: str
    authority: str
    period: Period


class DatalabDocument(Closed):
    """What is true of the platform as a whole."""

    name: str
    contact: str
    homologation: Homologation | None = None


class Numbers(Closed):
    """The last number given to a person and to a processing; numbers are never reused."""

    person: int = Field(ge=0, default=0)
    processing: int = Field(ge=0, default=0)
