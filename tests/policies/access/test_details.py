"""What the register says in detail becomes the facts that the law names: roles, exchanges, holdings, ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from policies.access.approvals import Approvals
from policies.access.facts import Subject, workspace_facts
from policies.access.parts import facts_until, part_facts
from policies.files import canonical_json
from policies.register.documents import parse_content
from policies.register.project import Project
from tests.support.judged import (
    KEYS,
    PEOPLE,
    approved,
    judge,
    modes,
    opening_rules,
    part_refusals,
    part_rules,
    register_of,
    shipped_law,
    without,
)
from tests.support.judged_documents import (
    ALLOWANCES,
    ANALYST,
    AT,
    DAY,
    EXPERT,
    HOUSEHOLDS,
    PROCESSING,
    PROJECT_FILE,
    PROPOSED,
    YEAR,
    Values,
    judged_documents,
    title,
)
from tests.support.small_register import changed

MENAGES, ALLOCS = "datasets/menages.yaml", "datasets/allocs.yaml"
PART = (ALLOCS, "parts", "p2025")


def having(*keys: Any, to: Any) -> dict[str, Values]:
    return approved(changed(judged_documents(), *keys, to=to))


def subject_of(documents: Mapping[str, Values], day: date = DAY) -> Subject:
    register = register_of(documents)
    found = register.find_processing(PROCESSING)
    assert found
    return Subject(register, found, PEOPLE[ANALYST], ("password",), day, Approvals(shipped_law(), KEYS))


def facts(documents: Mapping[str, Values], part: str = ALLOWANCES) -> dict[str, Any]:
    subject = subject_of(documents)
    dataset, _, name = part.partition("/")
    return part_facts(subject, workspace_facts(subject), dataset, name, "read")


def processor(organisation: str, **more: Any) -> Values:
    return {"organisation": organisation, "act": "ACTE-1", "period": YEAR, **more}


CONFLICTS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("as usual", {}, []),
    ("controller and processor", {"processors": [processor("minefi"), processor("dinum")]},
     ["ministère de l'économie et des finances : à la fois responsable et sous-traitant"]),
    ("joint controller and processor", {"joint_controllers": ["dinum"]},
     ["DINUM : à la fois responsable conjoint et sous-traitant"]),
    ("DINUM alone on a ministry's project", {"controller": "dinum", "processors": []},
     ["la DINUM est inscrite comme seule responsable sur un projet que porte : "
      "ministère de l'économie et des finances"]),
    ("DINUM with the ministry", {"controller": "dinum", "processors": [], "joint_controllers": ["minefi"]}, []),
    ("an organisation that the law has no word for", {"controller": "ecole", "processors": [processor("ecole")]},
     ["ecole : à la fois responsable et sous-traitant"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "said"), CONFLICTS, ids=[name for name, _, _ in CONFLICTS])
def test_roles_that_cannot_be_true_at_once_are_said(name: str, changes: dict[str, Any], said: list[str]) -> None:
    documents = judged_documents()
    for key, value in changes.items():
        documents = changed(documents, *AT, key, to=value)
    assert facts(approved(documents))["processing"]["role_conflicts"] == said


def test_contradictory_roles_open_nothing_and_are_told() -> None:
    decision = judge(having(*AT, "processors", to=[processor("minefi"), processor("dinum")]))
    assert opening_rules(decision) == ["RGPD-05"]
    assert "à la fois responsable et sous-traitant" in decision.refusals[0].message


def test_joint_controllers_need_their_agreement() -> None:
    joint = changed(judged_documents(), *AT, "joint_controllers", to=["minsante"])
    assert opening_rules(judge(approved(joint))) == ["RGPD-05"]
    agreed = changed(joint, *AT, "titles", "conjoints", to=title("accord_coresponsables", "accord"))
    assert judge(approved(agreed)).allowed


COLUMNS = [
    {"name": "nir", "type": "texte", "meaning": "un numéro", "identifier": "nir"},
    {"name": "nom", "type": "texte", "meaning": "un nom", "identifier": "name"},
    {"name": "diagnostic", "type": "texte", "meaning": "un diagnostic", "category": "health"},
    {"name": "age", "type": "entier", "meaning": "un âge"},
]


def test_described_columns_say_what_they_point_at_and_hold() -> None:
    part = facts(having(*PART, "columns", to=COLUMNS))["part"]
    assert (part["identifiers"], part["sensitive"]) == (["name", "nir"], ["health"])


def test_columns_that_nobody_described_say_nothing_and_close_personal_data() -> None:
    documents = approved(without(judged_documents(), *PART, "columns"))
    part = facts(documents)["part"]
    assert (part["identifiers"], part["sensitive"]) == (None, None)
    assert part_rules(judge(documents), ALLOWANCES) == ["DL-10"]
    assert "la description des colonnes" in part_refusals(judge(documents), ALLOWANCES)[0].message


def test_the_nir_in_a_column_closes_the_part_until_a_decree_is_cited() -> None:
    documents = changed(judged_documents(), *PART, "columns", to=COLUMNS[:2])
    assert part_rules(judge(approved(documents)), ALLOWANCES) == ["LIL-01"]
    cited = changed(documents, *AT, "legal_basis", "nir_decree", to="décret n° 2019-341")
    assert modes(judge(approved(cited)))[ALLOWANCES] == "read"


def test_a_special_category_in_a_column_needs_an_exception_and_its_article() -> None:
    documents = changed(judged_documents(), *PART, "columns", to=COLUMNS[2:])
    assert part_rules(judge(approved(documents)), ALLOWANCES) == ["RGPD-03"]
    basis = {"article": "6_1_e", "text": "décret d'exemple", "sensitive": "9_2_j", "sensitive_text": "LIL, art. 44"}
    assert modes(judge(approved(changed(documents, *AT, "legal_basis", to=basis))))[ALLOWANCES] == "read"


KEPT: list[tuple[str, dict[tuple[Any, ...], Any], str | None]] = [
    ("as long as the processing", {}, "2026-12-31"),
    ("as the use says", {(*AT, "datasets", "allocs", "kept_until"): "2026-06-30"}, "2026-06-30"),
    ("no longer than the project", {(PROJECT_FILE, "period"): {"from": "2026-01-01", "until": "2026-09-30"}},
     "2026-09-30"),
    ("without known end", {(PROJECT_FILE, "period"): {"from": "2026-01-01"}, (*AT, "period"): {"from": "2026-01-01"}},
     None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "last"), KEPT, ids=[name for name, _, _ in KEPT])
def test_a_copy_is_kept_until_the_first_of_its_ends(
    name: str, changes: dict[tuple[Any, ...], Any], last: str | None
) -> None:
    documents = judged_documents()
    for keys, value in changes.items():
        documents = changed(documents, *keys, to=value)
    found = facts(approved(documents))["use"]["kept_until"]
    assert found == (None if last is None else date.fromisoformat(last))


def test_the_day_after_a_copy_is_kept_the_part_closes_and_the_decision_says_so_before() -> None:
    documents = having(*AT, "datasets", "allocs", "kept_until", to="2026-05-04")
    assert judge(documents).until == DAY
    assert part_rules(judge(documents, day=date(2026, 5, 5)), ALLOWANCES) == ["RGPD-07"]


def test_a_part_of_a_known_dataset_is_under_its_usual_secrets_unless_the_producer_says_why_not() -> None:
    known = changed(judged_documents(), ALLOCS, "known_as", to="pote")
    assert facts(approved(known))["part"]["forgotten_regimes"] == ["secret_fiscal"]
    assert part_rules(judge(approved(known)), ALLOWANCES) == ["DL-10"]
    reason = {"day": "2026-01-15", "reason": "Table sans aucun montant"}
    explained = changed(known, *PART, "exemption", to=reason)
    assert modes(judge(approved(explained)))[ALLOWANCES] == "read"


def test_an_unqualified_part_of_a_known_dataset_has_nothing_to_forget() -> None:
    documents = without(changed(judged_documents(), ALLOCS, "known_as", to="pote"), *PART, "regimes")
    assert facts(approved(documents))["part"]["forgotten_regimes"] == []


def test_a_dataset_that_the_law_has_no_entry_for_has_nothing_to_forget() -> None:
    assert facts(having(ALLOCS, "known_as", to="inconnu"))["part"]["forgotten_regimes"] == []


def test_facts_of_a_part_stand_until_the_law_expects_other_secrets_of_it() -> None:
    documents = having(MENAGES, "known_as", to="resil")
    assert facts_until(subject_of(documents, date(2023, 12, 31)), "menages", "p2024") == date(2024, 1, 4)
    assert facts_until(subject_of(documents), "menages", "p2024") == date.max


def test_a_processing_that_says_how_many_criteria_it_meets_is_judged_by_their_number() -> None:
    one, two = (having(*AT, "risk_criteria", to=each) for each in (["scoring"], ["scoring", "matching"]))
    assert [facts(each)["processing"]["risk_count"] for each in (one, two)] == [1, 2]
    assert [part_rules(judge(each), ALLOWANCES) for each in (one, two)] == [[], ["RGPD-04"]]


def test_a_processing_that_says_nothing_of_them_needs_an_assessment() -> None:
    documents = approved(without(judged_documents(), *AT, "risk_criteria"))
    assert part_rules(judge(documents), ALLOWANCES) == ["RGPD-04"]


def test_an_undeclared_hosting_closes_what_is_not_open_and_nothing_else() -> None:
    decision = judge(approved(without(judged_documents(), "datalab.yaml", "hosting")))
    assert {part for part, mode in modes(decision).items() if mode == "read"} == {"communes/p2025"}
    assert part_rules(decision, HOUSEHOLDS) == ["CLD-01"]


HOSTING = {"proposed": PROPOSED, "kind": "commercial", "host": "Un hébergeur", "country": "FR"}
SHEET = {"day": "2026-01-15", "level": "particular", "sheet": "FS-1"}


def test_a_commercial_host_needs_a_sheet_of_each_dataset_and_a_visa_for_what_is_sensitive() -> None:
    documents = changed(judged_documents(), "datalab.yaml", "hosting", to=HOSTING)
    assert part_rules(judge(approved(documents)), ALLOWANCES) == ["CLD-01"]
    sensitive = changed(documents, ALLOCS, "sensitivity", to=SHEET)
    assert part_rules(judge(approved(sensitive)), ALLOWANCES) == ["CLD-02"]
    qualified = changed(sensitive, "datalab.yaml", "hosting", "qualification", to=YEAR)
    assert modes(judge(approved(qualified)))[ALLOWANCES] == "read"
    assert judge(approved(qualified)).until == date(2026, 12, 31)


def test_an_exchange_and_a_transmission_are_facts_only_where_there_is_one() -> None:
    none = facts(approved(judged_documents()))["processing"]
    assert set(none["exchange"].values()) | set(none["transmission"].values()) == {None}
    exchange = {"article": "l114_8", "use": "information", "purge_months": 12}
    handed = {"recipient": "minefi", "system": "portail", "text": "CRPA", "columns": ["nom"], "purge_months": 6}
    documents = changed(judged_documents(), *AT, "exchange", to=exchange)
    found = facts(approved(changed(documents, *AT, "transmission", to=handed)))["processing"]
    assert found["exchange"] == exchange | {"opposition_months": None, "log_months": None}
    assert found["transmission"] == handed


def test_a_source_of_an_exchange_is_read_once_its_place_in_the_decree_is_written() -> None:
    exchange = {"article": "l114_8", "use": "information"}
    documents = changed(judged_documents(), *AT, "exchange", to=exchange)
    assert part_rules(judge(approved(documents)), ALLOWANCES) == ["CRPA-01"]
    cited = changed(documents, *AT, "datasets", "allocs", "cited_in", to="décret n° 2023-362, place")
    assert modes(judge(approved(cited)))[ALLOWANCES] == "read"


FISCAL_TITLES = {
    "loi": title("base_legale_derogatoire", "avis", article="LPF, art. cité", recipients=["minefi"],
                 purposes=["statistique_publique"]),
    "convention": title("convention", "accord"),
}  # fmt: skip


def fiscal(**changes: Any) -> dict[str, Values]:
    documents = changed(judged_documents(), *PART, "regimes", to=["rgpd", "secret_fiscal"])
    for name, value in FISCAL_TITLES.items():
        documents = changed(documents, *AT, "titles", name, to=value | changes.get(name, {}))
    return documents


def test_a_title_that_names_the_article_the_recipient_and_the_purpose_lifts_fiscal_secrecy() -> None:
    decision = judge(approved(fiscal()))
    assert modes(decision)[ALLOWANCES] == "read"
    assert "FISC-01" in {each.rule for each in decision.obligations}


@pytest.mark.parametrize(
    "missing", [{"recipients": ["minsante"]}, {"purposes": ["pilotage"]}, {"recipients": None}, {"article": None}]
)
def test_a_title_that_names_less_lifts_nothing(missing: Values) -> None:
    assert part_rules(judge(approved(fiscal(loi=missing))), ALLOWANCES) == ["FISC-01"]


def test_an_expert_of_dinum_reads_fiscal_data_once_the_act_entrusts_them() -> None:
    """The expert of these documents has a habilitation, a commitment and a mission: the act alone is missing."""
    assert part_rules(judge(approved(fiscal()), PEOPLE[EXPERT]), ALLOWANCES) == ["FISC-02"]
    covered = changed(fiscal(), *AT, "processors", to=[processor("dinum", secrets=["secret_fiscal"])])
    assert modes(judge(approved(covered), PEOPLE[EXPERT]))[ALLOWANCES] == "read"


def test_health_data_are_matched_only_as_the_title_says() -> None:
    documents = changed(judged_documents(), *PART, "regimes", to=["sante"])
    documents = changed(documents, *PART, "content", to=[])
    documents = changed(documents, *PART, "zone", to="ordinary")
    basis = {"article": "6_1_e", "text": "décret", "sensitive": "9_2_j", "sensitive_text": "LIL, art. 44"}
    documents = changed(documents, *AT, "legal_basis", to=basis)
    documents = changed(documents, *AT, "impact_assessment", to={"day": "2026-01-15", "dpo_opinion": "favorable"})
    access = title("acces_permanent", "avis", recipients=["minefi"])
    documents = changed(documents, *AT, "titles", "acces", to=access)
    factors = ("password", "totp")
    assert modes(judge(approved(documents), factors=factors))[ALLOWANCES] == "read"
    assert part_rules(judge(approved(documents), factors=factors), HOUSEHOLDS) == ["SANTE-04"]
    matching = access | {"pairs": [[HOUSEHOLDS, ALLOWANCES]]}
    allowed = changed(documents, *AT, "titles", "acces", to=matching)
    assert modes(judge(approved(allowed), factors=factors))[HOUSEHOLDS] == "read"


def test_a_title_may_only_name_parts_that_exist() -> None:
    documents = changed(judged_documents(), *AT, "titles", "avis", "pairs", to=[[HOUSEHOLDS, "menages/p1900"]])
    with pytest.raises(Exception, match=r"titles\.avis\.pairs\[0\]\[1\]: no part menages/p1900"):
        register_of(documents)


def test_a_stored_document_without_the_new_fields_reads_as_before() -> None:
    stored = canonical_json(judged_documents()[PROJECT_FILE])
    document = parse_content(PROJECT_FILE, stored)
    assert isinstance(document, Project)
    processing = document.processings[PROCESSING]
    assert (processing.joint_controllers, processing.exchange, processing.transmission) == ((), None, None)
