"""The entry of a dataset in the catalogue: contradictions refuse it, gaps are told, nothing else is said."""

from __future__ import annotations

from typing import Any

import pytest

from policies.access.approvals import Approvals
from policies.access.catalogue import catalogue_facts, judge_catalogue
from policies.engine.model import Verdict
from tests.support.judged import KEYS, approved, not_approved, register_of, shipped_law
from tests.support.judged_documents import DAY, Values, judged_documents
from tests.support.small_register import changed

MENAGES, COMMUNES = "datasets/menages.yaml", "datasets/communes.yaml"
WHOLE = {"access": "restricted", "reason": "confidentiality", "request_url": "https://insee.example/demande"}
APPROVALS = Approvals(shipped_law(), KEYS)


def verdict(documents: dict[str, Values], dataset: str = "menages") -> Verdict:
    return judge_catalogue(APPROVALS, register_of(approved(documents)), DAY)[dataset]


def entry(path: str, values: Any) -> dict[str, Values]:
    return changed(judged_documents(), path, "catalogue", to=values)


def told(found: Verdict) -> list[str]:
    return [each.rule for each in (*found.refusals, *found.warnings)]


ENTRIES: list[tuple[str, str, Values | None, list[str]]] = [
    ("a whole entry", MENAGES, WHOLE, []),
    ("no entry", MENAGES, None, ["CAT-01"]),
    ("no place to ask", MENAGES, {k: v for k, v in WHOLE.items() if k != "request_url"}, ["CAT-01"]),
    ("secrets declared open", MENAGES, {"access": "open"}, ["CAT-02"]),
    ("a schema that nobody checked", MENAGES, WHOLE | {"schema_name": "etalab/x"}, ["CAT-03"]),
    ("a schema that was checked", MENAGES, WHOLE | {"schema_name": "etalab/x", "schema_checked": "2026-01-02"}, []),
    ("open data that are not opened", COMMUNES, None, ["CRPA-05"]),
    ("open data that are open", COMMUNES, {"access": "open"}, []),
]


@pytest.mark.parametrize(("name", "path", "values", "rules"), ENTRIES, ids=[each[0] for each in ENTRIES])
def test_each_entry_is_told_what_it_lacks(name: str, path: str, values: Values | None, rules: list[str]) -> None:
    assert told(verdict(entry(path, values), path.split("/")[1].removesuffix(".yaml"))) == rules


def test_what_the_parts_are_under_and_hold_is_put_together() -> None:
    documents = changed(judged_documents(), MENAGES, "parts", "p2024", "content", to=["soins"])
    documents = changed(documents, MENAGES, "parts", "totaux", "mark", to="diffusion_restreinte")
    dataset = register_of(approved(documents)).datasets["menages"]
    facts = catalogue_facts(APPROVALS, "menages", dataset)["catalogue"]
    found = facts["regimes"], facts["contents"], facts["marks"], facts["unqualified"]
    assert found == (["rgpd", "secret_statistique"], ["soins"], ["diffusion_restreinte"], [])


def test_a_part_that_nobody_qualified_is_named() -> None:
    documents = changed(entry(MENAGES, WHOLE), MENAGES, "parts", "totaux", "regimes", to=None)
    found = verdict(documents)
    assert (found.allowed, [each.rule for each in found.warnings]) == (True, ["DL-10"])
    assert "Une partie" in found.warnings[0].text


@pytest.mark.parametrize(
    ("key", "value", "rule"), [("content", ["casier_judiciaire"], "PEN-01"), ("mark", "secret", "DEF-01")]
)
def test_what_may_never_enter_is_refused(key: str, value: Any, rule: str) -> None:
    assert told(verdict(changed(entry(MENAGES, WHOLE), MENAGES, "parts", "p2024", key, to=value))) == [rule]


def test_a_dataset_that_nobody_approved_is_not_described() -> None:
    documents = approved(entry(MENAGES, WHOLE), {"datasets/menages": not_approved})
    found = judge_catalogue(APPROVALS, register_of(documents), DAY)["menages"]
    assert [each.rule for each in found.refusals] == ["DL-05"]
