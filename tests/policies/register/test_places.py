"""Every entry that needs an approval has one place, and one entry is found at each place."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies.register.follow import Register, read_register
from policies.register.places import attested_entries, find_entry, split_place
from tests.support.small_register import DIGEST, PROPOSED, YEAR, changed, numbered, store

COMMITMENT = {"proposed": PROPOSED, "period": YEAR, "file": "engagement.pdf", "fingerprint": DIGEST}
HOMOLOGATION = {"proposed": PROPOSED, "scope": "tout", "authority": "dinum", "period": YEAR}
EVAL = "projects/aides/processings/aides-eval"
PLACES = {
    "datalab/homologation": "Homologation",
    "datasets/communes": "Dataset",
    "datasets/communes/parts/p2024": "Part",
    "datasets/communes/parts/p2025": "Part",
    "people/pana01/commitments/secret": "Commitment",
    "projects/aides": "Project",
    EVAL: "Processing",
    f"{EVAL}/datasets/communes": "DatasetUse",
    f"{EVAL}/missions/appui": "Mission",
    f"{EVAL}/team/pana01": "TeamEntry",
    f"{EVAL}/titles/accord": "Title",
}


@pytest.fixture
def register(tmp_path: Path) -> Register:
    documents = changed(numbered(), "datalab.yaml", "homologation", to=HOMOLOGATION)
    documents["people/pana01.yaml"] |= {"commitments": {"secret": COMMITMENT}}
    store(tmp_path, documents)
    return read_register(tmp_path)


def test_every_attested_entry_of_the_register_has_its_place(register: Register) -> None:
    found = {
        place: type(entry).__name__
        for path in register.documents
        if (document := register.document(path)) is not None
        for place, entry in attested_entries(path, document)
    }
    assert found == PLACES


@pytest.mark.parametrize(("place", "kind"), PLACES.items())
def test_an_entry_is_found_at_its_place(register: Register, place: str, kind: str) -> None:
    assert type(find_entry(register, place)).__name__ == kind


@pytest.mark.parametrize(
    "place",
    ["", "projects", "projects/", "projects/autre", f"{EVAL}/team", f"{EVAL}/team/pexp01", "datalab", "numbers",
     "../etc/passwd", f"{EVAL}/team/pana01/habilitation", "people/pana01", "projects/aides.yaml"],
)  # fmt: skip
def test_nothing_is_found_elsewhere(register: Register, place: str) -> None:
    assert find_entry(register, place) is None


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("projects/aides", ("projects/aides.yaml", ())),
        (f"{EVAL}/team/pana01", ("projects/aides.yaml", ("processings", "aides-eval", "team", "pana01"))),
        ("datasets/communes/parts/p2025", ("datasets/communes.yaml", ("parts", "p2025"))),
        ("people/pana01/commitments/secret", ("people/pana01.yaml", ("commitments", "secret"))),
        ("datalab/homologation", ("datalab.yaml", ("homologation",))),
    ],
)
def test_a_place_says_its_document_and_the_keys_inside(place: str, expected: tuple[str, tuple[str, ...]]) -> None:
    assert split_place(place) == expected


def test_the_fingerprint_to_sign_depends_on_the_place(register: Register) -> None:
    entry = register.projects["aides"].processings["aides-eval"].team["pana01"]
    here, elsewhere = entry.signed_fingerprint(f"{EVAL}/team/pana01"), entry.signed_fingerprint(f"{EVAL}/team/pexp01")
    assert here != elsewhere
