"""Documents `datalab.yaml` (the platform itself) and `numbers.yaml` (the last numbers given)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from policies.files import Closed
from policies.names import Slug
from policies.register.attested import Attested, Endable, Period


class Homologation(Endable):
    """The security homologation of the platform (décret 2019-1088 art. 4).

    `frameworks` are the stricter zones that the decision covers too.
    """

    scope: str
    authority: str
    period: Period
    authority_role: str | None = None
    decision: str | None = None
    residual_risks: str | None = None
    frameworks: tuple[Literal["snds", "diffusion_restreinte"], ...] = ()


class Hosting(Attested):
    """Where the platform runs. `qualification`: the days of its host's SecNumCloud visa, where it has one."""

    kind: Literal["own", "state_cloud", "commercial"]
    host: str
    country: str
    qualification: Period | None = None


class HealthHosting(Endable):
    """The certificate of a host of health data (CSP art. L1111-8)."""

    certificate: str
    activities: tuple[int, ...]
    period: Period


class Incident(Closed):
    """A breach, from the moment that somebody knew: every one is kept (RGPD art. 33.5).

    `notified` says whom, when; `no_notice` why nobody was told.
    """

    known_at: datetime
    nature: str
    personal_data: bool
    categories: tuple[str, ...] = ()
    people: int | None = Field(default=None, ge=0)
    consequences: str | None = None
    measures: str | None = None
    contact: str | None = None
    notified: dict[Literal["cnil", "controller", "people", "anssi"], datetime] = Field(default_factory=dict)
    no_notice: str | None = None


class DatalabDocument(Closed):
    """What is true of the platform as a whole."""

    name: str
    contact: str
    homologation: Homologation | None = None
    hosting: Hosting | None = None
    health_hosting: HealthHosting | None = None
    incidents: dict[Slug, Incident] = Field(default_factory=dict)


class Numbers(Closed):
    """The last number given to a person and to a processing; numbers are never reused."""

    person: int = Field(ge=0, default=0)
    processing: int = Field(ge=0, default=0)
