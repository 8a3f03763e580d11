"""A version of a part is named once, belongs to a part that exists, and stands until it is withdrawn."""

from __future__ import annotations

from typing import Any

import pytest

from policies.errors import InvalidFilesError
from policies.register.dataset import Dataset
from policies.register.documents import parse_document
from tests.support.judged_documents import PROPOSED, Values, judged_documents
from tests.support.small_register import changed

PATH = "datasets/communes.yaml"
BROUGHT = {"fingerprint": "1" * 64, "files": 1, "rows": 3, "size": 120}
DELIVERY = {"proposed": PROPOSED, "day": "2026-05-03", "parts": {"p2025": BROUGHT}}
WITHDRAWN = {"day": "2026-05-04", "by": "padm01", "reason": "essai"}


def having(*keys: str, to: Any) -> Values:
    values: Values = changed(judged_documents(), PATH, *keys, to=to)[PATH]
    return values


def read(values: Values) -> Dataset:
    document = parse_document(PATH, values)
    assert isinstance(document, Dataset)
    return document


WRONG: dict[str, tuple[tuple[str, ...], Any, str]] = {
    "a part that is not there": (
        ("deliveries",),
        {"l2026": DELIVERY | {"parts": {"p1999": BROUGHT}}},
        "deliveries.l2026.parts.p1999: no part p1999 in this dataset; add it first",
    ),
    "a name that a version has": (
        ("deliveries",),
        {"livraison-1": DELIVERY},
        "deliveries.livraison-1: part p2025 has a version livraison-1 already; take another name",
    ),
    "a withdrawal of nothing": (
        ("parts", "p2025", "withdrawals"),
        {"livraison-9": WITHDRAWN},
        "parts.p2025.withdrawals.livraison-9: part p2025 has no such version",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_dataset_whose_versions_do_not_fit_is_refused(name: str) -> None:
    keys, value, message = WRONG[name]
    with pytest.raises(InvalidFilesError) as refused:
        read(having(*keys, to=value))
    assert str(refused.value) == f"{PATH}: {message}"


def test_a_delivery_without_parts_is_refused() -> None:
    with pytest.raises(InvalidFilesError, match=r"deliveries\.l2026\.parts"):
        read(having("deliveries", to={"l2026": DELIVERY | {"parts": {}}}))


def test_what_stands_is_what_was_not_withdrawn_either_way() -> None:
    values = having("deliveries", to={"l2026": DELIVERY, "l2027": DELIVERY})
    versions = values["parts"]["p2025"]["versions"]
    versions["livraison-0"] = versions["livraison-1"] | {"withdrawn": True}
    values["parts"]["p2025"]["withdrawals"] = {"l2026": WITHDRAWN}
    assert [each.name for each in read(values).standing("p2025")] == ["livraison-1", "l2027"]


def test_a_version_is_found_by_part_and_name_whether_it_was_withdrawn_or_not() -> None:
    values = having("deliveries", to={"l2026": DELIVERY})
    values["parts"]["p2025"]["withdrawals"] = {"l2026": WITHDRAWN}
    dataset = read(values)
    found = dataset.find_version("p2025", "l2026")
    assert found is not None
    assert (found.name, found.fingerprint) == ("l2026", "1" * 64)
    assert [dataset.find_version(*each) for each in (("p2025", "autre"), ("p1999", "l2026"))] == [None, None]
