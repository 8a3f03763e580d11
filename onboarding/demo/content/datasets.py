"""The eight datasets, with the regimes of each part and the versions that were made."""

from __future__ import annotations

from dataclasses import dataclass

from onboarding.demo.content.frame import Document, Frame

STATISTICAL = ("rgpd", "secret_statistique")


@dataclass(frozen=True)
class PartSpec:
    """A part before it is qualified by a day: `regimes` absent means that nobody qualified it."""

    name: str
    unit: str
    regimes: tuple[str, ...] | None
    aggregated: bool = False
    content: tuple[str, ...] = ()
    zone: str = "ordinary"


@dataclass(frozen=True)
class DatasetSpec:
    """A dataset, its producer, and its parts; `known_as` is the entry of the law's catalogue that it is like."""

    name: str
    description: str
    producer: str
    parts: dict[str, PartSpec]
    known_as: str | None = None


DATASETS = {
    "communes": DatasetSpec(
        "Communes et populations", "Les communes de France et leurs populations ; données réelles et ouvertes.",
        "insee", {"population": PartSpec("Population des communes", "place", (), aggregated=True)}),
    "allocataires": DatasetSpec(
        "Aides au logement", "Un million de dossiers inventés, et l'identité des foyers sans droit ouvert.",
        "minsante", {
            "dossiers": PartSpec("Dossiers d'aide au logement", "household", ("rgpd",)),
            "identites": PartSpec("Identité des foyers sans droit ouvert", "person", ("rgpd",))}),
    "menages": DatasetSpec(
        "Enquête sur les ménages", "Une enquête inventée, groupe de questions par groupe de questions.",
        "insee", {
            "logements": PartSpec("Logement des ménages", "household", STATISTICAL),
            "composition": PartSpec("Composition des ménages", "household", STATISTICAL),
            "energie": PartSpec("Énergie des ménages", "household", STATISTICAL),
            "mobilite": PartSpec("Mobilité des ménages", "household", STATISTICAL),
            "patrimoine": PartSpec("Patrimoine des ménages", "household", STATISTICAL)}),
    "revenus": DatasetSpec(
        "Impôt sur le revenu", "Des foyers fiscaux inventés.",
        "minefi", {"declarations": PartSpec("Déclarations de revenus", "household", ("rgpd", "secret_fiscal"))},
        "pote"),
    "entreprises": DatasetSpec(
        "Entreprises", "Des établissements inventés, entrepreneurs individuels compris.",
        "minefi", {"etablissements": PartSpec("Répertoire des établissements", "sole_trader", ("rgpd",))},
        "sirene_diffusion_partielle"),
    "comptes": DatasetSpec(
        "Comptes des entreprises", "Des comptes annuels inventés, et leurs totaux par département et secteur.",
        "minefi", {
            "liasses": PartSpec("Comptes annuels", "company", ("secret_affaires",), content=("comptes_annuels",)),
            "agregats": PartSpec("Totaux par département et secteur", "company", (), aggregated=True)}),
    "accidents": DatasetSpec(
        "Accidents de la route", "Des accidents inventés : usagers, véhicules, constats, totaux par département.",
        "minint", {
            "usagers": PartSpec("Usagers accidentés", "person", ("rgpd",)),
            "vehicules": PartSpec("Véhicules accidentés", "person", ("rgpd",)),
            "departements": PartSpec("Accidents par département", "place", (), aggregated=True),
            "constats": PartSpec("Constats en texte libre", "person", None)}),
    "sejours": DatasetSpec(
        "Séjours hospitaliers", "Des séjours inventés.",
        "minsante", {"urgences": PartSpec("Passages aux urgences après accident", "stay", ("rgpd", "sante"),
                                          content=("soins",), zone="hds")},
        "pmsi"),
}  # fmt: skip

IDENTIFIERS = {
    "nom": "name", "prenom": "name", "identifiant": "pseudonym", "menage": "pseudonym", "foyer": "pseudonym",
    "etablissement": "pseudonym", "entreprise": "pseudonym", "sejour": "pseudonym",
}  # fmt: skip
CATEGORIES = {"motif": "health"}


def datasets(frame: Frame) -> dict[str, Document]:
    """Documents `datasets/<id>.yaml`, by path."""
    return {f"datasets/{name}.yaml": _dataset(frame, name, spec) for name, spec in DATASETS.items()}


def _dataset(frame: Frame, name: str, spec: DatasetSpec) -> Document:
    known = {} if spec.known_as is None else {"known_as": spec.known_as}
    return known | {
        "name": spec.name,
        "description": spec.description,
        "producer": spec.producer,
        "contact": f"donnees@{spec.producer}.datalab.test",
        "parts": {part: _part(frame, f"{name}/{part}", each) for part, each in spec.parts.items()},
        "catalogue": _catalogue(name, spec),
        "proposed": frame.proposed(before=120),
    }


def _catalogue(name: str, spec: DatasetSpec) -> Document:
    """What the public catalogue says: open where no part is under a secret, else why not and where to ask."""
    if all(part.regimes == () for part in spec.parts.values()):
        return {"access": "open"}
    return {
        "access": "restricted",
        "reason": "confidentiality_of_personal_data",
        "request_url": f"https://demande.{spec.producer}.datalab.test/{name}",
    }


def _part(frame: Frame, part: str, spec: PartSpec) -> Document:
    made = frame.catalogue.parts[part]
    qualified = {} if spec.regimes is None else {"regimes": list(spec.regimes)}
    return qualified | {
        "name": spec.name,
        "aggregated": spec.aggregated,
        "unit": spec.unit,
        "year": frame.catalogue.year,
        "versions": {made.version: {"day": frame.on(-20), "fingerprint": made.fingerprint}},
        "columns": [_column(*column) for column in made.columns],
        "content": list(spec.content),
        "zone": spec.zone,
        "proposed": frame.proposed(before=20),
    }


def _column(name: str, kind: str, meaning: str) -> Document:
    marks = {"identifier": IDENTIFIERS.get(name), "category": CATEGORIES.get(name)}
    said = {"name": name, "type": kind, "meaning": meaning}
    return said | {key: value for key, value in marks.items() if value is not None}
