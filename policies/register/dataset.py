"""Document `datasets/<id>.yaml`: what a producer entrusts to the datalab, part by part.

A version of a part is named where it was approved: with the part (`Part.versions`), or by itself when a
producer confirmed a delivery (`Dataset.deliveries`), which leaves the part's own approval as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from policies.files import Closed
from policies.names import Slug
from policies.register.attested import Attested, Precaution, Suspension

Unit = Literal["person", "household", "sole_trader", "company", "patient", "stay", "place"]
FINGERPRINT = r"^[0-9a-f]{64}$"
Held = Literal["nir", "iban", "mail"]
Identifier = Literal["nir", "csns", "siren", "name", "address", "contact", "professional", "pseudonym"]
Category = Literal["origin", "opinions", "beliefs", "union", "genetic", "biometric", "health", "sexual_life"]
Content = Literal["snds", "soins", "casier_judiciaire", "comptes_annuels", "isf_ifi"]
Zone = Literal["ordinary", "hds", "snds", "diffusion_restreinte"]
Mark = Literal["diffusion_restreinte", "confidentiel_defense", "secret", "tres_secret"]


class Column(Closed):
    """A column of a part, as its catalogue entry describes it.

    `identifier`: whom or what it points at; `category`: the special category of RGPD art. 9 that it holds.
    `holds`: what the scan of a delivery may find in it.
    """

    name: str
    type: str
    meaning: str
    identifier: Identifier | None = None
    category: Category | None = None
    holds: tuple[Held, ...] = ()


class Version(Closed):
    """An immutable delivery of a part; `fingerprint` is that of the list of its files' fingerprints.

    `withdrawn`: as it was said before `Part.withdrawals`, which needs no new approval of the part.
    """

    day: date
    fingerprint: str = Field(pattern=FINGERPRINT)
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
    `withdrawals`: name of a version -> why it is read no more.
    """

    apart: ClassVar[frozenset[str]] = frozenset({"withdrawals"})

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
    withdrawals: dict[Slug, Precaution] = Field(default_factory=dict)


class DeliveredPart(Closed):
    """What a delivery brought to one part; `fingerprint` is that of the list of its files' fingerprints."""

    fingerprint: str = Field(pattern=FINGERPRINT)
    files: int = Field(ge=1)
    rows: int = Field(ge=0)
    size: int = Field(ge=0)


class Delivery(Attested):
    """The files of one delivery, as the producer confirmed them: a version of each part, named by its id."""

    day: date
    parts: dict[Slug, DeliveredPart] = Field(min_length=1)


@dataclass(frozen=True)
class Delivered:
    """A version of a part, withdrawn or not; `delivery` when it was approved by itself."""

    name: str
    day: date
    fingerprint: str
    delivery: Delivery | None = None


class Dataset(Attested):
    """A dataset of a producer (an organisation's id). Its parts and deliveries are approved one by one.

    `known_as` names the entry of the law's catalogue (parameters `catalogue`) that it is an instance of.
    """

    apart: ClassVar[frozenset[str]] = frozenset({"suspension", "parts", "deliveries"})

    name: str
    description: str
    producer: Slug
    contact: str
    parts: dict[Slug, Part]
    deliveries: dict[Slug, Delivery] = Field(default_factory=dict)
    suspension: Suspension | None = None
    known_as: str | None = None
    sensitivity: Sensitivity | None = None
    catalogue: CatalogueEntry | None = None

    @model_validator(mode="after")
    def _versions_are_named_once(self) -> Dataset:
        for name, delivery in self.deliveries.items():
            for part in delivery.parts:
                if part not in self.parts:
                    raise ValueError(f"deliveries.{name}.parts.{part}: no part {part} in this dataset; add it first")
                if name in self.parts[part].versions:
                    raise ValueError(f"deliveries.{name}: part {part} has a version {name} already; take another name")
        for part, entry in self.parts.items():
            for name in entry.withdrawals:
                if name not in {version.name for version in self._all(part)}:
                    raise ValueError(f"parts.{part}.withdrawals.{name}: part {part} has no such version")
        return self

    def _all(self, part: str) -> Iterator[Delivered]:
        for name, version in self.parts[part].versions.items():
            yield Delivered(name, version.day, version.fingerprint)
        for name, delivery in self.deliveries.items():
            if part in delivery.parts:
                yield Delivered(name, delivery.day, delivery.parts[part].fingerprint, delivery)

    @property
    def version_names(self) -> frozenset[str]:
        """The names that versions have, of whatever part, withdrawn or not."""
        return frozenset(each.name for part in self.parts for each in self._all(part))

    def find_version(self, part: str, name: str) -> Delivered | None:
        """The version of a part with this name, withdrawn or not; None when there is none."""
        return next((each for each in self._all(part) if each.name == name), None) if part in self.parts else None

    def standing(self, part: str) -> Iterator[Delivered]:
        """The versions of a part that were not withdrawn, those approved with the part first."""
        entry = self.parts[part]
        for each in self._all(part):
            old = entry.versions.get(each.name)
            if each.name not in entry.withdrawals and not (old and old.withdrawn):
                yield each
