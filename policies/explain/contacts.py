"""Who can help, and where to write to them: the law names the role, the register has the address.

Of a body that takes requests from projects alone, and of those whose address the register does not keep, the
address is the project's: its team passes the request on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from policies.engine.model import Law
from policies.register.follow import FoundProcessing, Register

Place = Literal["dataset", "project", "through_project", "datalab", "nowhere"]
PLACES: Mapping[str, Place] = MappingProxyType(
    {
        "producteur": "dataset",
        "responsable_projet": "project",
        "responsable_traitement": "through_project",
        "dpo": "through_project",
        "comite_du_secret_statistique": "through_project",
        "dgfip": "through_project",
        "plateforme_donnees_sante": "through_project",
        "dinum": "datalab",
        "administrateur_datalab": "datalab",
        "rssi": "datalab",
        "verificateur_sorties": "datalab",
        "second_facteur": "nowhere",  # it is a page, and who reads this opens it alone
    }
)
THROUGH = ", en passant par le projet"
OF_THE_CONTROLLER = frozenset({"responsable_traitement", "dpo"})


@dataclass(frozen=True)
class Helper:
    """Who can help: in words, where to write to (empty when nowhere), and the law's name for them."""

    name: str
    address: str
    ask: str

    def __str__(self) -> str:
        return f"{self.name} ({self.address})" if self.address else self.name


@dataclass(frozen=True)
class Contacts:
    """Those who can help with one processing, or with datasets when there is none."""

    law: Law
    register: Register
    found: FoundProcessing | None = None

    def helper(self, ask: str, dataset: str = "") -> Helper:
        """Who is meant, about this dataset where one is at hand."""
        name = self.law.words["contacts"].get(ask, ask)
        place = PLACES.get(ask, "nowhere")
        if place == "dataset" and dataset in self.register.datasets:
            of = self.register.datasets[dataset]
            return Helper(f"{name}, {self.organisation(of.producer)}", of.contact, ask)
        if place in {"project", "through_project"} and self.found is not None:
            return Helper(f"{name}{self._of_project(ask, place, self.found)}", self.found.project.contact, ask)
        return Helper(name, self.register.datalab.contact if place == "datalab" else "", ask)

    def organisation(self, id_: str) -> str:
        """What people call an organisation."""
        return self.law.words.get("organisations", {}).get(id_, id_)

    def _of_project(self, ask: str, place: Place, found: FoundProcessing) -> str:
        if place == "project":
            return f", {self.organisation(found.project.carrier)}"
        of = f", {self.organisation(found.processing.controller)}" if ask in OF_THE_CONTROLLER else ""
        return f"{of}{THROUGH}"
