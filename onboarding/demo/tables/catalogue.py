"""Every table of the demo, the real communes first."""

from __future__ import annotations

from collections.abc import Mapping

from onboarding.demo.tables import care, firms, households, roads
from onboarding.demo.tables.spec import Spec
from onboarding.demo.tables.world import World


def _communes(world: World) -> Mapping[str, object]:
    communes = world.communes
    return {
        "code": communes.code,
        "nom": communes.name,
        "departement": communes.department,
        "region": communes.region,
        "population": communes.population,
    }


COMMUNES = Spec("communes", "population", {
    "code": "code officiel géographique de la commune",
    "nom": "nom de la commune",
    "departement": "code du département",
    "region": "code de la région",
    "population": "population municipale",
}, _communes)  # fmt: skip

TABLES = (COMMUNES, *households.TABLES, *firms.TABLES, *roads.TABLES, *care.TABLES)
