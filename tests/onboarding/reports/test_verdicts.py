"""The verdicts on entries and outputs, as rows that say the rule, the article, what is missing and who can help."""

from __future__ import annotations

from onboarding.reports.verdicts import catalogue_rows, verdict_rows
from policies.access.approvals import Approvals
from policies.access.catalogue import judge_catalogue
from policies.engine.decide import decide
from policies.explain.contacts import Contacts
from tests.support.judged import KEYS, approved, register_of, shipped_law
from tests.support.judged_documents import DAY, Values, judged_documents
from tests.support.small_register import changed

CONTACTS = Contacts(shipped_law(), register_of(judged_documents()))
WHOLE = {"access": "restricted", "reason": "confidentiality", "request_url": "https://insee.example/demande"}


def rows(documents: dict[str, Values]) -> dict[str, tuple[str, ...]]:
    register = register_of(approved(documents))
    verdicts = judge_catalogue(Approvals(shipped_law(), KEYS), register, DAY)
    return {row[0]: row[1:] for row in catalogue_rows(verdicts, register, shipped_law())}


def test_each_dataset_has_its_row_in_the_registers_order() -> None:
    assert list(rows(judged_documents())) == ["Allocations", "Communes", "Ménages"]


def test_an_entry_in_order_says_so() -> None:
    documents = changed(judged_documents(), "datasets/menages.yaml", "catalogue", to=WHOLE)
    verdict, until, rule, _, lacks, helper = rows(documents)["Ménages"]
    assert (verdict, until, lacks, helper) == ("en ordre", "", "", "")
    assert "DL-05" in rule


def test_an_entry_that_lacks_something_says_what() -> None:
    verdict, _, rule, article, lacks, _ = rows(judged_documents())["Ménages"]
    assert (verdict, rule) == ("à compléter", "CAT-01")
    assert "accès restreint" in article
    assert "la fiche du catalogue est incomplète" in lacks


def test_a_contradiction_is_refused_with_who_can_help() -> None:
    documents = changed(judged_documents(), "datasets/menages.yaml", "catalogue", to={"access": "open"})
    verdict, until, rule, _, lacks, helper = rows(documents)["Ménages"]
    contacts = shipped_law().words["contacts"]
    assert (verdict, until, rule, lacks != "") == ("refusé", "", "CAT-02", True)
    assert helper == f"{contacts[shipped_law().rules['describe_dataset/CAT-02'].ask]}, Insee (producteur@insee.test)"


def test_an_action_without_any_rule_is_refused_in_a_row() -> None:
    verdict = decide(shipped_law(), "fly", {}, DAY)
    ((what, said, *_),) = verdict_rows("envol", verdict, CONTACTS, "permis")
    assert (what, said) == ("envol", "refusé")
