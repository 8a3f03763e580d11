"""Document `datasets/<id>.yaml`: what a producer entrusts to the datalab, part by part."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from policies.files import Closed
from policies.names import Slug
from policies.register.attested import Attested, Suspension

Unit = Literal["person", "household", "sole_trader", "company", "patient", "stay", "place"]


class Column(Closed):
    """A column of a part, as its catalogue entry describes it."""

    name: str
    type: str
    meaning: str


class Version(Closed):
    """An immutable delivery of a part; `fingerprint` is that of the list of its files' fingerprints."""

    day: date
    fingerprint: str = Field(pattern=r"^[0-9a-f]{64}$")
    withdrawn: bool = False


class Part(Attested):
    """What a title opens and what is mounted: a year, a group of columns. Stored apart.

    `regimes` are the secrets that the part is under: absent, the part is not qualified and is
    refused; empty, it is open data.
    """

    name: str
    regimes: tuple[str, ...] | None = None
    aggregated: bool = False
    unit: Unit
    year: int | None = None
    versions: dict[Slug, Version] = Field(default_factory=dict)
    columns: tuple[Column, ...] = ()


class Dataset(Attested):
    """A dataset of a producer (an organisation's id). Its parts are approved one by one."""

    apart: ClassVar[frozenset[str]] = frozenset({"suspension", "parts"})

    name: str
    description: str
    producer: Slug
    contact: str
    parts: dict[Slug, Part]
    suspension: Suspension | None = None
