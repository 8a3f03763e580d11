"""Firms: their establishments, their accounts, and sums of accounts that name nobody."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from onboarding.demo.tables.spec import Spec
from onboarding.demo.tables.world import World, amounts, category, days, identifiers, is_word, take

ESTABLISHMENTS = 250_000
ACCOUNTS = 100_000
SECTORS = {"commerce": 0.24, "construction": 0.14, "industrie": 0.09, "services aux entreprises": 0.26,
           "services aux personnes": 0.19, "transports": 0.08}  # fmt: skip
STATES = {"aucune": 0.94, "sauvegarde": 0.01, "redressement": 0.02, "liquidation": 0.03}


def _establishments(world: World) -> Mapping[str, object]:
    dice = world.dice("entreprises/etablissements")
    form = category(dice, ESTABLISHMENTS, {"entrepreneur individuel": 0.55, "société": 0.42, "association": 0.03})
    staff = np.where(is_word(form, "société"), dice.geometric(0.12, ESTABLISHMENTS) - 1, 0)
    return {
        "etablissement": identifiers("E", np.arange(ESTABLISHMENTS)),
        "forme": form,
        "code_commune": take(world.communes.code, world.communes.draw(dice, ESTABLISHMENTS)),
        "secteur": category(dice, ESTABLISHMENTS, SECTORS),
        "effectif": staff.astype(np.int16),
        "date_creation": days(dice, ESTABLISHMENTS, world.year),
        "procedure_collective": category(dice, ESTABLISHMENTS, STATES),
    }


def _accounts(world: World) -> Mapping[str, object]:
    dice = world.dice("comptes/liasses")
    turnover = amounts(dice, ACCOUNTS, 310_000, 1.3)
    return {
        "entreprise": identifiers("S", dice.permutation(ACCOUNTS)),
        "departement": take(world.communes.department, world.communes.draw(dice, ACCOUNTS)),
        "secteur": category(dice, ACCOUNTS, SECTORS),
        "chiffre_affaires": turnover,
        "valeur_ajoutee": np.round(turnover * np.clip(dice.normal(0.38, 0.1, ACCOUNTS), 0.02, 0.9), 2),
        "resultat": np.round(turnover * dice.normal(0.04, 0.09, ACCOUNTS), 2),
        "dettes": amounts(dice, ACCOUNTS, 140_000, 1.2),
    }


def _sums(world: World) -> Mapping[str, object]:
    """The accounts summed by department and sector: at least eleven firms behind each row."""
    table = pa.table(dict(_accounts(world)))
    plain = table.set_column(1, "departement", table["departement"].cast(pa.string()))
    plain = plain.set_column(2, "secteur", plain["secteur"].cast(pa.string()))
    grouped = plain.group_by(["departement", "secteur"]).aggregate(
        [("entreprise", "count"), ("chiffre_affaires", "sum"), ("valeur_ajoutee", "sum")]
    )
    shown = grouped.filter(pa.compute.greater_equal(grouped["entreprise_count"], 11))
    shown = shown.sort_by([("departement", "ascending"), ("secteur", "ascending")])
    return {
        "departement": shown["departement"],
        "secteur": shown["secteur"],
        "entreprises": shown["entreprise_count"],
        "chiffre_affaires": shown["chiffre_affaires_sum"],
        "valeur_ajoutee": shown["valeur_ajoutee_sum"],
    }


TABLES = (
    Spec("entreprises", "etablissements", {
        "etablissement": "identifiant inventé de l'établissement",
        "forme": "forme juridique",
        "code_commune": "commune d'implantation",
        "secteur": "secteur d'activité",
        "effectif": "nombre de salariés",
        "date_creation": "jour de création ou de dernière modification",
        "procedure_collective": "procédure collective en cours",
    }, _establishments),
    Spec("comptes", "liasses", {
        "entreprise": "identifiant inventé de l'entreprise",
        "departement": "département du siège",
        "secteur": "secteur d'activité",
        "chiffre_affaires": "chiffre d'affaires, en euros",
        "valeur_ajoutee": "valeur ajoutée, en euros",
        "resultat": "résultat net, en euros",
        "dettes": "dettes, en euros",
    }, _accounts),
    Spec("comptes", "agregats", {
        "departement": "département du siège",
        "secteur": "secteur d'activité",
        "entreprises": "nombre d'entreprises, onze au moins",
        "chiffre_affaires": "chiffre d'affaires total, en euros",
        "valeur_ajoutee": "valeur ajoutée totale, en euros",
    }, _sums),
)  # fmt: skip
