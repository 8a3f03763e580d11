"""Emergency stays after an accident: health data, whose titles nobody of the demo has."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from onboarding.demo.tables.spec import Spec
from onboarding.demo.tables.world import World, category, days, identifiers, take

STAYS = 150_000


def _stays(world: World) -> Mapping[str, object]:
    dice = world.dice("sejours/urgences")
    return {
        "sejour": identifiers("H", dice.permutation(STAYS)),
        "departement": take(world.communes.department, world.communes.draw(dice, STAYS)),
        "jour_entree": days(dice, STAYS, world.year),
        "duree_jours": np.minimum(dice.geometric(0.45, STAYS), 90).astype(np.int8),
        "classe_age": category(dice, STAYS, {"0-17": 0.22, "18-39": 0.31, "40-64": 0.27, "65 et plus": 0.2}),
        "motif": category(dice, STAYS, {"traumatisme": 0.58, "brûlure": 0.04, "malaise": 0.25, "autre": 0.13}),
    }


TABLES = (
    Spec("sejours", "urgences", {
        "sejour": "identifiant inventé du séjour",
        "departement": "département de l'établissement",
        "jour_entree": "jour d'entrée",
        "duree_jours": "durée, en jours",
        "classe_age": "classe d'âge",
        "motif": "motif principal",
    }, _stays),
)  # fmt: skip
