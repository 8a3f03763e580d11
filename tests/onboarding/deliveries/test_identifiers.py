"""NIR, IBAN and mail addresses are told by what makes them what they are, and what merely looks alike is not one."""

from __future__ import annotations

import re

import pytest

from onboarding.deliveries.identifiers import CANDIDATES, SHORT_NIR, VERIFY, announced
from policies.register.dataset import Column, Held


def key_of(thirteen: str) -> str:
    digits = thirteen.replace("2A", "19").replace("2B", "18")
    return f"{97 - int(digits) % 97:02d}"


def nir(thirteen: str) -> str:
    return thirteen + key_of(thirteen)


WOMAN = "2850578006084"
FOUND: dict[Held, list[str]] = {
    "nir": [
        nir(WOMAN),
        f"2 85 05 78 006 084 {key_of(WOMAN)}",
        f"assurée 2-85-05-78-006-084-{key_of(WOMAN)}, droits ouverts",
        nir("185052A006084"),
        nir("185052B006084").lower(),
        nir("1850599006084"),
    ],
    "iban": [
        "FR7630006000011234567890189",
        "FR76 3000 6000 0112 3456 7890 189",
        "versé sur FR76 3000 6000 0112 3456 7890 189 merci",
        "de89370400440532013000",
        "BE68 5390 0754 7034",
    ],
    "mail": ["ana.durand@minefi.test", "écrire à Ana <ana@sous.domaine.example> vite", "ANA+X@EXAMPLE.ORG"],
}
NOT_FOUND: dict[Held, list[str]] = {
    "nir": [
        WOMAN + f"{(int(key_of(WOMAN)) % 97) + 1:02d}",
        "9" + nir(WOMAN),
        nir(WOMAN) + "1",
        "385057800608412",
        "2851378006084" + "00",
        "0142345678",
    ],
    "iban": [
        "FR7630006000011234567890188",
        "XX7630006000011234567890189",
        "FR763000600001123456789018",
        "REFERENCE20240101ABCDEFG",
        "12345678901234567890",
    ],
    "mail": ["ana@", "@minefi.test", "ana@minefi", "à 3@4", "arobase"],
}


def cases(table: dict[Held, list[str]]) -> list[tuple[Held, str]]:
    return [(kind, text) for kind, texts in table.items() for text in texts]


@pytest.mark.parametrize(("kind", "text"), cases(FOUND))
def test_an_identifier_is_found_in_whatever_text_it_stands(kind: Held, text: str) -> None:
    assert VERIFY[kind](text)
    assert re.search(CANDIDATES[kind], text), "the scan of whole columns must not pass over it"


@pytest.mark.parametrize(("kind", "text"), cases(NOT_FOUND))
def test_what_looks_like_an_identifier_and_is_none_is_let_pass(kind: Held, text: str) -> None:
    assert not VERIFY[kind](text)


def test_every_iban_that_is_off_by_one_digit_is_told_from_the_right_one() -> None:
    right = "FR7630006000011234567890189"
    wrong = [right[:n] + str((int(right[n]) + 1) % 10) + right[n + 1 :] for n in range(2, 27)]
    assert [each for each in wrong if VERIFY["iban"](each)] == []


def test_a_nir_without_its_key_has_a_form() -> None:
    assert re.match(SHORT_NIR, WOMAN)
    others = ("3850578006084", "2851478006084", "285057800608", "28505780060841")
    assert [each for each in others if re.match(SHORT_NIR, each)] == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, set()),
        ({"identifier": "nir"}, {"nir"}),
        ({"identifier": "contact"}, {"mail"}),
        ({"identifier": "name"}, set()),
        ({"holds": ("iban", "mail")}, {"iban", "mail"}),
        ({"identifier": "nir", "holds": ("iban",)}, {"nir", "iban"}),
    ],
)
def test_the_catalogue_announces_what_a_column_holds(more: dict[str, object], said: set[str]) -> None:
    column = Column.model_validate({"name": "a", "type": "texte", "meaning": "a"} | more)
    assert announced(column) == said
