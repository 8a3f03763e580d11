"""Document `datasets/<id>.yaml`: what a producer entrusts to the datalab, part by part."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from policies.files import Closed
from policies.names import Slug
from policies.register.attested import Attested, Suspension

Unit = Literal["person", "household", "sole_trader", "company", "patient", "stay", "place"]


Identifier = Literal["nir", "csns", "siren", "name", "address", "contact", "professional", "pseudonym"]
Category = Literal["origin", "opinions", "beliefs", "union", "genetic", "biometric", "health", "sexual_life"]
Content = Literal["snds", "soins", "casier_judiciaire", "comptes_annuels", "isf_ifi"]
Zone = Literal["ordinary", "hds", "snds", "diffusion_restreinte"]
Mark = Literal["diffusion_restreinte", "confidentiel_defense", "secret", "tres_secret"]


class Column(Closed):
    """A column of a part, as its catalogue entry describes it.

    `identifier`: whom or what it points at; `category`: the special category of RGPD art. 9 that it holds.
    """

    name: str
    type: str
    meaning: str
    identifier: Identifier | None = None
    category: Category | None = None


class Version(Closed):
    """An immutable delivery of a part; `fingerprint` is that of the list of its files' fingerprints."""

    day: date
    fingerprint: str = Field(pattern=r"^[0-9a-f]{64}$")
    withdrawn: bool = False


class Exemption(Closed):
    """Why a part is not under every secret that datasets of its kind are usually under."""

    day: date
    reason: str = Field(min_length=1)


class Sensitivity(Closed):
    """The sensitivity sheet of a dataset hosted on a commercial cloud (loi SREN art. 31)."""

    day: date
    level: Literal["ordinary", "particular"]
    sheet: str = Field(min_length=1)


class CatalogueEntry(Closed):
    """What the public catalogue says of a dataset, without any of its rows."""

    access: Literal["open", "open_with_account", "restricted"]
    reason: str | None = None
    request_url: str | None = None
    publication_text: str | None = Field(default=None, description="what permits to publish personal data")
    schema_name: str | None = None
    schema_checked: date | None = None


class Part(Attested):
    """What a title opens and what is mounted: a year, a group of columns. Stored apart.

    `regimes` are the secrets that the part is under: absent, the part is not qualified and is
    refused; empty, it is open data. `content` says what the law tells apart: absent, nobody said.
    """

    name: str
    regimes: tuple[str, ...] | None = None
    aggregated: bool = False
    unit: Unit
    year: int | None = None
    versions: dict[Slug, Version] = Field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    content: tuple[Content, ...] | None = None
    zone: Zone | None = None
    mark: Mark | None = None
    exemption: Exemption | None = None


class Dataset(Attested):
    """A dataset of a producer (an organisation's id). Its parts are approved one by one.

    `known_as` names the entry of the law's catalogue (parameters `catalogue`) that it is an instance of.
    """

    apart: ClassVar[frozenset[str]] = frozenset({"suspension", "parts"})

    name: str
    description: str
    producer: Slug
    contact: str
    parts: dict[Slug, Part]
    suspension: Suspension | None = None
    known_as: str | None = None
    sensitivity: Sensitivity | None = None
    catalogue: CatalogueEntry | None = None
