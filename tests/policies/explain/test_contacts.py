"""Who can help is named with an organisation and with an address that the register has."""

from __future__ import annotations

import pytest

from policies.explain.contacts import PLACES, Contacts, Helper
from tests.support.judged import register_of, shipped_law
from tests.support.judged_documents import PROCESSING, judged_documents
from tests.support.small_register import changed

DOCUMENTS = changed(judged_documents(), "datasets/menages.yaml", "contact", to="menages@insee.test")
REGISTER = register_of(DOCUMENTS)
CONTACTS = Contacts(shipped_law(), REGISTER, REGISTER.find_processing(PROCESSING))
MINEFI = "ministère de l'économie et des finances"
HELPERS = [
    ("producteur", "menages", "le service producteur des données, Insee", "menages@insee.test"),
    ("producteur", "communes", "le service producteur des données, Insee", "producteur@insee.test"),
    ("producteur", "", "le service producteur des données", ""),
    ("producteur", "absent", "le service producteur des données", ""),
    (
        "responsable_projet", "",
        f"le responsable du projet dans l'administration qui le porte, {MINEFI}", "aides@minefi.test",
    ),
    (
        "dpo", "menages",
        f"le délégué à la protection des données du responsable de traitement, {MINEFI}, en passant par le projet",
        "aides@minefi.test",
    ),
    ("dgfip", "", "la direction générale des finances publiques, en passant par le projet", "aides@minefi.test"),
    ("dinum", "", "l'équipe du Datalab à la DINUM", "datalab@dinum.test"),
    ("rssi", "", "le responsable de la sécurité des systèmes d'information du Datalab", "datalab@dinum.test"),
    ("second_facteur", "", "vous-même, à la page « Second facteur »", ""),
    ("inconnu", "menages", "inconnu", ""),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "dataset", "name", "address"), HELPERS, ids=[f"{row[0]} {row[1]}" for row in HELPERS])
def test_each_is_named_and_reached_where_the_register_says(ask: str, dataset: str, name: str, address: str) -> None:
    assert CONTACTS.helper(ask, dataset) == Helper(name, address, ask)


def test_whom_the_law_names_is_reached_somewhere_and_nobody_else_is() -> None:
    assert PLACES.keys() == shipped_law().words["contacts"].keys()


@pytest.mark.parametrize("ask", [ask for ask, place in PLACES.items() if place != "nowhere"])
def test_whoever_is_reached_somewhere_has_an_address(ask: str) -> None:
    assert "@" in CONTACTS.helper(ask, "menages").address


def test_without_a_processing_only_datasets_and_the_datalab_have_an_address() -> None:
    contacts = Contacts(shipped_law(), REGISTER)
    reached = {ask for ask in PLACES if contacts.helper(ask, "menages").address}
    assert reached == {"producteur", "dinum", "administrateur_datalab", "rssi", "verificateur_sorties"}


def test_in_a_cell_of_a_table_the_address_stands_in_brackets() -> None:
    assert str(Helper("la DINUM", "d@x.test", "dinum")) == "la DINUM (d@x.test)"
    assert str(Helper("la DINUM", "", "dinum")) == "la DINUM"
