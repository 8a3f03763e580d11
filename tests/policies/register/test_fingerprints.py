"""What was approved before a model gained a field is approved after it: the fingerprint that was signed is the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from policies.register.documents import parse_document
from policies.register.places import attested_entries
from tests.support.judged_documents import AT, Values, judged_documents
from tests.support.small_register import changed

# what approvals of these entries signed on the day before datasets, titles and processings gained fields
SIGNED = {
    "datalab/homologation":
        "34c8946d7adb7e2902946cd4029a183b37dd7e69e56e4c962dc7b1d97a75ade3",
    "projects/aides":
        "d3b6c80a10e47cf41e2ab1e2d91b68b718367e1bafc1234b83808a62946dff31",
    "projects/aides/processings/aides-eval":
        "0b0b5784ec09ae99037b9832f7de11c08a1d780e54ea4d774479dec610c202ee",
    "projects/aides/processings/aides-eval/titles/avis":
        "7b044e0f6e66d0bcbf87946ed9796b21da5259b4ea420b39063b241db76f2ae1",
    "projects/aides/processings/aides-eval/datasets/menages":
        "b821c180abfe4813bf3e7cfcbc64d4d020cbc85875e70a73a4bd1b6e482ba762",
    "projects/aides/processings/aides-eval/team/pana01":
        "18539f977213a6826fdda92c81ce21c3f6fce259c9bd988b65c39a2879b83c58",
    "projects/aides/processings/aides-eval/missions/appui":
        "36f01225794481e103c0d8f1688ef824edb49816819eb54afe11417521ce61ac",
    "datasets/communes":
        "cf7114259e4c04ea94e39284c4c7022754408a228bb15e8963bae6d9a188b312",
    "datasets/communes/parts/p2025":
        "1c914780099fddb5984f46137e05677d8227398df481da98092c3ff40c825b26",
    "datasets/allocs/parts/p2025":
        "d38da6485e31e03a834527424aa9d8abb9ea2740aa5aa8014c9482b514d854bf",
    "people/pana01/commitments/e2026":
        "6d8e7835b3468c31ea1c9c8c4eb1b861d8095fd1755c0b9306540cee21579b87",
}  # fmt: skip
PLAIN_COLUMN = {"name": "a", "type": "texte", "meaning": "x"}


def before() -> dict[str, Values]:
    """The documents as they were written then."""
    documents: dict[str, Any] = json.loads(json.dumps(judged_documents()))
    del documents["datalab.yaml"]["hosting"]
    for path, document in documents.items():
        for part in document["parts"].values() if path.startswith("datasets/") else ():
            del part["columns"]
        for processing in document.get("processings", {}).values():
            del processing["risk_criteria"]
    documents["datasets/allocs.yaml"]["parts"]["p2025"]["columns"] = [PLAIN_COLUMN]
    return documents


def fingerprints(documents: dict[str, Values]) -> dict[str, str]:
    return {
        place: entry.signed_fingerprint(place)
        for path, values in documents.items()
        for place, entry in attested_entries(path, parse_document(path, values))
    }


def test_what_was_signed_before_is_what_would_be_signed_now() -> None:
    now = fingerprints(before())
    assert {place: now[place] for place in SIGNED} == SIGNED


TITLE = (*AT, "titles", "avis")
WIDENED: dict[str, tuple[tuple[Any, ...], Any, str]] = {
    "an article": ((*TITLE, "article"), "LPF, L135 D", f"projects/aides/processings/{AT[2]}/titles/avis"),
    "a recipient": ((*TITLE, "recipients"), ["minefi"], f"projects/aides/processings/{AT[2]}/titles/avis"),
    "a year": ((*TITLE, "years"), [2024], f"projects/aides/processings/{AT[2]}/titles/avis"),
    "a matching": ((*TITLE, "pairs"), [["menages/p2024", "allocs/p2025"]],
                   f"projects/aides/processings/{AT[2]}/titles/avis"),
    "joint controllers": ((*AT, "joint_controllers"), ["minsante"], f"projects/aides/processings/{AT[2]}"),
    "criteria": ((*AT, "risk_criteria"), [], f"projects/aides/processings/{AT[2]}"),
    "a longer copy": ((*AT, "datasets", "menages", "kept_until"), "2030-01-01",
                      f"projects/aides/processings/{AT[2]}/datasets/menages"),
    "an act that entrusts secrets": (
        (*AT, "processors", 0, "secrets"), ["secret_fiscal"], f"projects/aides/processings/{AT[2]}"),
    "a content": (("datasets/allocs.yaml", "parts", "p2025", "content"), [], "datasets/allocs/parts/p2025"),
    "a mark on a column": (
        ("datasets/allocs.yaml", "parts", "p2025", "columns"), [PLAIN_COLUMN | {"identifier": "nir"}],
        "datasets/allocs/parts/p2025"),
    "a zone of the platform": (
        ("datalab.yaml", "homologation", "frameworks"), ["snds"], "datalab/homologation"),
}  # fmt: skip


@pytest.mark.parametrize("name", WIDENED)
def test_what_a_new_field_says_is_signed_too(name: str) -> None:
    keys, value, place = WIDENED[name]
    after = fingerprints(changed(before(), *keys, to=value))
    assert after[place] != SIGNED[place]
