"""Road accidents: the people, the vehicles, sums by department, and reports nobody has qualified yet."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from onboarding.demo.tables.spec import Spec
from onboarding.demo.tables.world import World, category, days, identifiers, take

PEOPLE = 120_000
VEHICLES = 80_000
ACCIDENTS = 52_000
REPORTS = 4_000
SEVERITY = {"indemne": 0.41, "blessé léger": 0.4, "blessé hospitalisé": 0.16, "tué": 0.03}


def _people(world: World) -> Mapping[str, object]:
    dice = world.dice("accidents/usagers")
    accidents = np.sort(dice.integers(0, ACCIDENTS, PEOPLE))
    where = world.communes.draw(world.dice("accidents"), ACCIDENTS)
    return {
        "accident": identifiers("R", accidents),
        "departement": take(world.communes.department, where[accidents]),
        "annee_naissance": (world.year - dice.integers(0, 95, PEOPLE)).astype(np.int16),
        "sexe": category(dice, PEOPLE, {"homme": 0.67, "femme": 0.33}),
        "place": category(dice, PEOPLE, {"conducteur": 0.72, "passager": 0.2, "piéton": 0.08}),
        "gravite": category(dice, PEOPLE, SEVERITY),
    }


def _vehicles(world: World) -> Mapping[str, object]:
    dice = world.dice("accidents/vehicules")
    return {
        "accident": identifiers("R", np.sort(dice.integers(0, ACCIDENTS, VEHICLES))),
        "categorie": category(dice, VEHICLES, {"voiture": 0.63, "deux-roues": 0.24, "vélo": 0.08, "poids lourd": 0.05}),
        "annee_circulation": (world.year - dice.integers(0, 25, VEHICLES)).astype(np.int16),
        "alcoolemie_positive": dice.random(VEHICLES) < 0.06,
    }


def _departments(world: World) -> Mapping[str, object]:
    """The people of accidents, counted by department."""
    people = pa.table(dict(_people(world)))
    plain = pa.table({
        "departement": people["departement"].cast(pa.string()),
        "usagers": pa.array(np.ones(PEOPLE, dtype=np.int64)),
        "tues": pa.compute.equal(people["gravite"].cast(pa.string()), "tué").cast(pa.int64()),
    })  # fmt: skip
    grouped = plain.group_by("departement").aggregate([("usagers", "sum"), ("tues", "sum")])
    shown = grouped.sort_by("departement")
    return {"departement": shown["departement"], "usagers": shown["usagers_sum"], "tues": shown["tues_sum"]}


def _reports(world: World) -> Mapping[str, object]:
    dice = world.dice("accidents/constats")
    texts = {"Choc à l'intersection, chaussée mouillée.": 4, "Perte de contrôle en virage.": 3, "Refus de priorité.": 3}
    return {
        "accident": identifiers("R", np.sort(dice.choice(ACCIDENTS, REPORTS, replace=False))),
        "jour": days(dice, REPORTS, world.year),
        "constat": category(dice, REPORTS, texts),
    }


TABLES = (
    Spec("accidents", "usagers", {
        "accident": "identifiant inventé de l'accident",
        "departement": "département de l'accident",
        "annee_naissance": "année de naissance",
        "sexe": "sexe",
        "place": "place dans l'accident",
        "gravite": "gravité",
    }, _people),
    Spec("accidents", "vehicules", {
        "accident": "identifiant inventé de l'accident",
        "categorie": "catégorie de véhicule",
        "annee_circulation": "année de première mise en circulation",
        "alcoolemie_positive": "alcoolémie positive du conducteur",
    }, _vehicles),
    Spec("accidents", "departements", {
        "departement": "département de l'accident",
        "usagers": "personnes impliquées",
        "tues": "personnes tuées",
    }, _departments),
    Spec("accidents", "constats", {
        "accident": "identifiant inventé de l'accident",
        "jour": "jour du constat",
        "constat": "texte libre du constat",
    }, _reports),
)  # fmt: skip
