"""Document `projects/<id>.yaml`: what a ministry brings, and the processings that it asks for."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import Field, field_validator

from policies.files import Closed
from policies.names import LARGEST_NUMBER, PersonId, Slug
from policies.register.attested import Attested, Endable, Period, Suspension

Kind = Literal["proactive_administration", "data_sharing", "public_policy"]
Skill = Literal["data_science", "data_engineering", "data_governance", "data_visualisation"]
RiskCriterion = Literal[
    "scoring", "automated_decision", "monitoring", "sensitive_data", "large_scale", "matching", "vulnerable_people",
    "innovative_use", "exclusion",
]  # fmt: skip
"""The nine criteria of an impact assessment (CNIL, RGPD art. 35), of which a processing says which it meets."""


class LegalBasis(Closed):
    """The basis of RGPD art. 6.1 (`6_1_e`), and the text that founds it where the basis needs one."""

    article: Literal["6_1_a", "6_1_b", "6_1_c", "6_1_d", "6_1_e", "6_1_f"]
    text: str | None = None
    sensitive: str | None = Field(default=None, description="exception of art. 9.2, for special categories")
    sensitive_text: str | None = Field(default=None, description="text that applies the exception of art. 9.2")
    offences: str | None = Field(default=None, description="who of LIL art. 46 the controller is, for offences")
    nir_decree: str | None = Field(default=None, description="decree that allows the NIR for this purpose")


class Processor(Closed):
    """An organisation that processes for the controller, under a written act (RGPD art. 28).

    `secrets` are the regimes that the act expressly entrusts to it.
    """

    organisation: Slug
    act: str
    period: Period
    secrets: tuple[str, ...] = ()


class Exchange(Closed):
    """An exchange between administrations: its text, its use, how long what it leaves is kept (in months)."""

    article: Literal["l114_8", "other"]
    use: Literal["request", "information", "attribution"]
    purge_months: int | None = Field(default=None, ge=0)
    opposition_months: int | None = Field(default=None, ge=0)
    log_months: int | None = Field(default=None, ge=0)


class Transmission(Closed):
    """A list of persons that the processing may hand over: to whom, into which system, which columns."""

    recipient: Slug
    system: str
    text: str
    columns: tuple[str, ...] = Field(min_length=1)
    purge_months: int = Field(ge=0)


class ImpactAssessment(Closed):
    """The impact assessment (RGPD art. 35), dated, with the data protection officer's opinion."""

    day: date
    dpo_opinion: str


class TeamEntry(Endable):
    """A person's nominative habilitation on the processing, for a period."""

    term: ClassVar[str] = "habilitation"

    habilitation: Period


class Widening(Closed):
    """What a mission letter opens beyond the skill's default, for one dataset, with the reason."""

    dataset: Slug
    reason: str
    agreement: str = Field(description="reference of the controller's agreement")


class Mission(Endable):
    """A DINUM expert's support of this processing: one skill, between two days."""

    person: PersonId
    skill: Skill
    period: Period
    letter: str
    widened: tuple[Widening, ...] = ()


class DatasetUse(Attested):
    """The parts of a dataset that the processing asks for.

    `cited_in`: the place of the decree that names this source (CRPA L114-8); `kept_until`: the last day
    on which this copy is kept, where it is earlier than the end of the processing.
    """

    parts: tuple[Slug, ...] = Field(min_length=1)
    cited_in: str | None = None
    kept_until: date | None = None


class Title(Endable):
    """A document that opens an access. `people`, `parts` and `years` absent: the whole processing.

    `file` is a path under the register's `files/`; the title counts only while the file's SHA-256
    is `fingerprint`. `parts` are written `dataset/part`; with `years`, it opens only those of these
    years, and no part of which nobody said the year. `article`, `method`, `recipients`, `purposes`
    and `pairs` (of parts that it allows to match) are what the document itself names.
    """

    kind: str
    number: str
    issuer: str
    period: Period
    people: tuple[PersonId, ...] | None = None
    parts: tuple[str, ...] | None = None
    file: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    fingerprint: str = Field(pattern=r"^[0-9a-f]{64}$")
    article: str | None = None
    method: str | None = None
    recipients: tuple[Slug, ...] | None = None
    purposes: tuple[str, ...] | None = None
    pairs: tuple[tuple[str, str], ...] | None = None
    years: tuple[int, ...] | None = Field(default=None, min_length=1)


class Requalification(Attested):
    """Named files of a sealed home that hold nothing of the parts beside which they stood.

    `home` is the sealed home's number; `parts` are those of its label; `files`: path within it -> SHA-256.
    """

    person: PersonId
    home: str = Field(pattern=r"^[1-9][0-9]{0,5}$")
    parts: tuple[str, ...] = Field(min_length=1)
    files: dict[str, str] = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1)

    @field_validator("files")
    @classmethod
    def _plain_files(cls, files: dict[str, str]) -> dict[str, str]:
        for path, content in files.items():
            if not is_plain_path(path):
                raise ValueError(f"{path} is not a path within a home; write folder/file, without . or ..")
            if not re.fullmatch(r"[0-9a-f]{64}", content):
                raise ValueError(f"{path}: {content} is not a SHA-256; write its 64 hexadecimal digits")
        return files


def is_plain_path(path: str) -> bool:
    """Whether a path leads into a folder and nowhere else: names joined by slashes, none of them a way up."""
    steps = path.split("/")
    return len(path) <= 1000 and path.isprintable() and all(step not in {"", ".", ".."} for step in steps)


class Processing(Endable):
    """One purpose of a project: the unit of access."""

    apart: ClassVar[frozenset[str]] = Endable.apart | {
        "number", "suspension", "team", "missions", "datasets", "titles", "requalifications",
    }  # fmt: skip

    number: int = Field(ge=1, le=LARGEST_NUMBER)
    name: str
    purpose: str
    recipient: Slug
    legal_basis: LegalBasis
    controller: Slug
    processors: tuple[Processor, ...] = ()
    period: Period
    register_sheet: str | None = None
    impact_assessment: ImpactAssessment | None = None
    pairings: tuple[tuple[str, str], ...] = ()
    profiles: tuple[Slug, ...] = ("petit",)
    services: tuple[Slug, ...] = ()
    suspension: Suspension | None = None
    team: dict[PersonId, TeamEntry] = Field(default_factory=dict)
    missions: dict[Slug, Mission] = Field(default_factory=dict)
    datasets: dict[Slug, DatasetUse] = Field(default_factory=dict)
    titles: dict[Slug, Title] = Field(default_factory=dict)
    joint_controllers: tuple[Slug, ...] = ()
    risk_criteria: tuple[RiskCriterion, ...] | None = None
    exchange: Exchange | None = None
    transmission: Transmission | None = None
    requalifications: dict[Slug, Requalification] = Field(default_factory=dict)

    @property
    def everybody(self) -> tuple[str, ...]:
        """Everybody who is named, in the team or by a mission; each once."""
        return tuple(dict.fromkeys([*self.team, *(mission.person for mission in self.missions.values())]))

    def names(self, person: str) -> bool:
        """Whether a person is named, in the team or by a mission."""
        return person in self.team or any(mission.person == person for mission in self.missions.values())


class Milestone(Closed):
    """A review with DINUM, six months at most after the one before."""

    number: int = Field(ge=1)
    day: date
    name: str


class Funding(Closed):
    """Money, in euros: total cost, what is asked of the fund, what the carrier bears."""

    total: int = Field(ge=0)
    requested: int = Field(ge=0)
    carrier_share: int = Field(ge=0)


class Project(Endable):
    """A project of the call, of DINUM or of a convention. `carrier` is an organisation's id."""

    apart: ClassVar[frozenset[str]] = Endable.apart | {
        "suspension", "processings", "milestones", "indicators", "funding",
    }  # fmt: skip

    name: str
    carrier: Slug
    kinds: tuple[Kind, ...] = Field(min_length=1)
    origin: Literal["call", "dinum", "convention"]
    period: Period
    contact: str
    processings: dict[Slug, Processing]
    funding: Funding | None = None
    milestones: tuple[Milestone, ...] = ()
    indicators: tuple[dict[str, Any], ...] = ()
    suspension: Suspension | None = None
