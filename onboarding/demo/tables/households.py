"""Households: those who may ask for help with housing, those whom a survey asked, what they declare."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa

from onboarding.demo.tables.spec import Spec
from onboarding.demo.tables.world import World, amounts, category, days, identifiers, is_word, take

FILES = 1_000_000
SURVEYED = 300_000
DECLARED = 250_000

FAMILY = ("Aubry", "Bertin", "Carlier", "Delmas", "Evrard", "Ferrand", "Guichard", "Hamon", "Imbert", "Jacquet",
          "Klein", "Laporte", "Maillard", "Navarro", "Olivier", "Pasquier", "Quentin", "Rolland", "Seguin", "Tessier",
          "Vasseur", "Weber", "Traoré", "Haddad", "Tran", "Lopes")  # fmt: skip
GIVEN = ("Adèle", "Basile", "Célia", "Damien", "Eva", "Félix", "Gisèle", "Habib", "Inès", "Jonas", "Karim", "Lina",
         "Maël", "Noémie", "Oscar", "Perrine", "Rayan", "Sacha", "Thaïs", "Ugo", "Victoire", "Yanis")  # fmt: skip
SITUATIONS = {"seul": 0.42, "en couple": 0.18, "en couple avec enfants": 0.25, "parent isolé": 0.15}
OCCUPATIONS = {"propriétaire": 0.57, "locataire": 0.41, "logé gratuitement": 0.02}
HEATINGS = {"gaz": 0.38, "électricité": 0.37, "bois": 0.12, "fioul": 0.08, "réseau": 0.05}
TENURES = {"locataire du parc privé": 0.45, "locataire du parc social": 0.35, "propriétaire accédant": 0.2}


def _files(world: World) -> Mapping[str, object]:
    dice = world.dice("allocataires/dossiers")
    situation = category(dice, FILES, SITUATIONS)
    children = np.where(is_word(situation, "seul") | is_word(situation, "en couple"), 0, dice.integers(1, 5, FILES))
    resources = amounts(dice, FILES, 17_500, 0.45)
    rent = amounts(dice, FILES, 520, 0.3)
    ceiling = 0.35 * rent + 45 * children
    helped = np.clip(np.round(ceiling - resources * 0.006, 2), 0, 450)
    return {
        "identifiant": identifiers("A", dice.permutation(FILES)),
        "code_commune": take(world.communes.code, world.communes.draw(dice, FILES)),
        "annee_naissance": (world.year - 18 - dice.integers(0, 68, FILES)).astype(np.int16),
        "situation": situation,
        "enfants": children.astype(np.int8),
        "statut_logement": category(dice, FILES, TENURES),
        "loyer_mensuel": rent,
        "ressources_annuelles": resources,
        "aide_calculee": helped,
        "droit_ouvert": dice.random(FILES) < 0.78,
        "date_dossier": days(dice, FILES, world.year),
    }


def _identities(world: World) -> Mapping[str, object]:
    """The people behind the files without an open right: whom the administration would tell."""
    files = _files(world)
    without = np.flatnonzero(~np.asarray(files["droit_ouvert"]))
    dice, count = world.dice("allocataires/identites"), len(without)
    keys = files["identifiant"]
    assert isinstance(keys, pa.Array)  # noqa: S101 - tells the type checker what `_files` gives
    return {
        "identifiant": keys.take(pa.array(without)),
        "nom": category(dice, count, dict.fromkeys(FAMILY, 1)),
        "prenom": category(dice, count, dict.fromkeys(GIVEN, 1)),
        "canal_prefere": category(dice, count, {"courrier": 0.4, "courriel": 0.45, "téléphone": 0.15}),
    }


def _survey(
    part: str, columns: Callable[[World, np.random.Generator], Mapping[str, object]]
) -> Callable[[World], Mapping[str, object]]:
    """A group of columns of the survey: the same households in each part, so that parts can be paired."""

    def make(world: World) -> Mapping[str, object]:
        where = world.communes.draw(world.dice("menages"), SURVEYED)
        return {
            "menage": identifiers("M", np.arange(SURVEYED)),
            "departement": take(world.communes.department, where),
            **columns(world, world.dice(f"menages/{part}")),
        }

    return make


def _dwellings(world: World, dice: np.random.Generator) -> Mapping[str, object]:
    return {
        "surface": np.clip(amounts(dice, SURVEYED, 72, 0.4), 9, 400),
        "pieces": dice.integers(1, 8, SURVEYED).astype(np.int8),
        "statut_occupation": category(dice, SURVEYED, OCCUPATIONS),
        "annee_construction": (world.year - dice.integers(0, 150, SURVEYED)).astype(np.int16),
        "humidite": dice.random(SURVEYED) < 0.21,
    }


def _composition(world: World, dice: np.random.Generator) -> Mapping[str, object]:
    return {
        "personnes": (1 + dice.poisson(1.2, SURVEYED)).astype(np.int8),
        "age_reference": dice.integers(18, 96, SURVEYED).astype(np.int8),
        "activite": category(dice, SURVEYED, {"en emploi": 0.52, "retraité": 0.31, "au chômage": 0.07, "autre": 0.1}),
    }


def _energy(world: World, dice: np.random.Generator) -> Mapping[str, object]:
    return {
        "depense_annuelle": amounts(dice, SURVEYED, 1_750, 0.4),
        "chauffage": category(dice, SURVEYED, HEATINGS),
    }


def _mobility(world: World, dice: np.random.Generator) -> Mapping[str, object]:
    return {
        "distance_travail_km": np.round(dice.exponential(14, SURVEYED), 1),
        "voitures": dice.integers(0, 4, SURVEYED).astype(np.int8),
    }


def _wealth(world: World, dice: np.random.Generator) -> Mapping[str, object]:
    return {
        "patrimoine_brut": amounts(dice, SURVEYED, 160_000, 1.1),
        "emprunt_restant": np.where(dice.random(SURVEYED) < 0.4, amounts(dice, SURVEYED, 75_000, 0.6), 0.0),
    }


def _declarations(world: World) -> Mapping[str, object]:
    dice = world.dice("revenus/declarations")
    income = amounts(dice, DECLARED, 24_500, 0.7)
    return {
        "foyer": identifiers("F", dice.permutation(DECLARED)),
        "code_commune": take(world.communes.code, world.communes.draw(dice, DECLARED)),
        "parts_fiscales": 1 + 0.5 * dice.integers(0, 7, DECLARED),
        "revenu_fiscal_reference": income,
        "impot": np.round(np.clip(income - 11_500, 0, None) * 0.14, 2),
    }


HOUSEHOLD = {"menage": "identifiant inventé du ménage, le même dans toutes les parties", "departement": "département"}
TABLES = (
    Spec("allocataires", "dossiers", {
        "identifiant": "identifiant inventé du dossier",
        "code_commune": "commune de résidence",
        "annee_naissance": "année de naissance de la personne de référence",
        "situation": "situation familiale",
        "enfants": "enfants à charge",
        "statut_logement": "statut d'occupation du logement",
        "loyer_mensuel": "loyer mensuel, en euros",
        "ressources_annuelles": "ressources annuelles du foyer, en euros",
        "aide_calculee": "aide mensuelle à laquelle le foyer aurait droit, en euros",
        "droit_ouvert": "l'aide est versée",
        "date_dossier": "jour de la dernière mise à jour",
    }, _files),
    Spec("allocataires", "identites", {
        "identifiant": "identifiant inventé du dossier",
        "nom": "nom de famille inventé",
        "prenom": "prénom inventé",
        "canal_prefere": "moyen de contact choisi",
    }, _identities),
    Spec("menages", "logements", HOUSEHOLD | {
        "surface": "surface habitable, en m²",
        "pieces": "nombre de pièces",
        "statut_occupation": "statut d'occupation",
        "annee_construction": "année de construction",
        "humidite": "traces d'humidité déclarées",
    }, _survey("logements", _dwellings)),
    Spec("menages", "composition", HOUSEHOLD | {
        "personnes": "nombre de personnes",
        "age_reference": "âge de la personne de référence",
        "activite": "activité de la personne de référence",
    }, _survey("composition", _composition)),
    Spec("menages", "energie", HOUSEHOLD | {
        "depense_annuelle": "dépense annuelle d'énergie, en euros",
        "chauffage": "énergie principale de chauffage",
    }, _survey("energie", _energy)),
    Spec("menages", "mobilite", HOUSEHOLD | {
        "distance_travail_km": "distance au travail, en kilomètres",
        "voitures": "nombre de voitures",
    }, _survey("mobilite", _mobility)),
    Spec("menages", "patrimoine", HOUSEHOLD | {
        "patrimoine_brut": "patrimoine brut déclaré, en euros",
        "emprunt_restant": "capital restant dû, en euros",
    }, _survey("patrimoine", _wealth)),
    Spec("revenus", "declarations", {
        "foyer": "identifiant inventé du foyer fiscal",
        "code_commune": "commune de résidence",
        "parts_fiscales": "nombre de parts",
        "revenu_fiscal_reference": "revenu fiscal de référence, en euros",
        "impot": "impôt sur le revenu, en euros",
    }, _declarations),
)  # fmt: skip
