"""The judgement end to end, on the shipped law: everything opens just the parts, each missing thing refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from policies.access.decision import Decision
from policies.access.parts import is_restricted
from policies.access.workspace import UnknownProcessingError, processings_of
from policies.calendar import ONE_DAY
from policies.files import parse
from tests.support.judged import (
    IN_GROUP,
    PEOPLE,
    approved,
    judge,
    modes,
    opening_rules,
    part_refusals,
    part_rules,
    person,
    register_of,
    without,
)
from tests.support.judged_documents import (
    ALLOWANCES,
    ANALYST,
    AT,
    DAY,
    EXPERT,
    HOUSEHOLDS,
    OTHER_PROCESSING,
    PARTS,
    PROCESSING,
    PROJECT_FILE,
    TOTALS,
    TOWNS,
    Values,
    judged_documents,
    version,
)
from tests.support.small_register import changed

READ = dict.fromkeys(PARTS, "read")
SUSPENSION = {"day": "2026-05-01", "by": "padm01", "reason": "essai"}
NARROW = {"from": "2026-04-01", "until": "2026-08-31"}
FIRST, LAST = date(2026, 4, 1), date(2026, 8, 31)
END_OF_YEAR = date(2026, 12, 31)
DOCTRINE = "doctrine-datalab"
MENAGES, ALLOCS = "datasets/menages.yaml", "datasets/allocs.yaml"


def having(*keys: Any, to: Any) -> dict[str, Values]:
    """What lacks nothing with one value replaced, approved after the change."""
    return approved(changed(judged_documents(), *keys, to=to))


def lacking(*keys: Any) -> dict[str, Values]:
    """What lacks nothing but this, approved without it."""
    path, *inner = keys
    return approved(without(judged_documents(), path, *inner))


def test_an_analyst_who_has_everything_gets_exactly_the_parts_until_the_first_thing_ends() -> None:
    decision = judge()
    assert (decision.allowed, decision.until, decision.refusals, decision.refused_parts) == (True, END_OF_YEAR, (), ())
    assert [(grant.id, grant.mode, grant.version, grant.restricted) for grant in decision.grants] == [
        (ALLOWANCES, "read", "livraison-1", True),
        (TOWNS, "read", "livraison-1", False),
        (HOUSEHOLDS, "read", "livraison-1", True),
        (TOTALS, "read", "livraison-1", True),
    ]
    assert decision.label == {ALLOWANCES, HOUSEHOLDS, TOTALS}
    assert (decision.profiles, decision.services) == (("petit", "grand"), ("mlflow",))
    assert {each.rule for each in decision.obligations} == {"RGPD-01", "RGPD-07", "STAT-01", "STAT-02"}


def in_the_group_alone() -> Decision:
    return judge(lacking(*AT, "team", ANALYST))


def in_the_register_alone() -> Decision:
    return judge(who=person(ANALYST, "minefi", projects=frozenset({"autre"})))


SUSPENDED = "L'accès à « Évaluation des aides » est suspendu par précaution."
MISSING: dict[str, tuple[Callable[[], Decision], str, str, str, str]] = {
    "group only": (
        in_the_group_alone,
        "DL-01",
        DOCTRINE,
        "DL-01",
        "il manque : votre inscription sur ce traitement, dans le registre du Datalab.",
    ),
    "register only": (
        in_the_register_alone,
        "DL-01",
        DOCTRINE,
        "DL-01",
        "il manque : votre inscription dans le groupe du projet, dans l'annuaire.",
    ),
    "the person is suspended": (
        lambda: judge(having(f"people/{ANALYST}.yaml", "suspension", to=SUSPENSION)),
        "DL-04",
        DOCTRINE,
        "DL-04",
        f"{SUSPENDED} Il manque : la levée de votre suspension.",
    ),
    "the project is suspended": (
        lambda: judge(having(PROJECT_FILE, "suspension", to=SUSPENSION)),
        "DL-04",
        DOCTRINE,
        "DL-04",
        f"{SUSPENDED} Il manque : la levée de la suspension du projet.",
    ),
    "the processing is suspended": (
        lambda: judge(having(*AT, "suspension", to=SUSPENSION)),
        "DL-04",
        DOCTRINE,
        "DL-04",
        f"{SUSPENDED} Il manque : la levée de la suspension du traitement.",
    ),
    "no commitment": (
        lambda: judge(lacking(f"people/{ANALYST}.yaml", "commitments", "e2026")),
        "PRO-01",
        "cgfp",
        "L121-6",
        "Au 04/05/2026, il manque : un engagement de confidentialité à votre nom.",
    ),
    "no homologation": (
        lambda: judge(lacking("datalab.yaml", "homologation")),
        "SEC-01",
        "decret-2019-1088",
        "4-1 à 4-4",
        "une homologation de sécurité du Datalab en cours",
    ),
    "no processor's act with DINUM": (
        lambda: judge(having(*AT, "processors", to=[])),
        "RGPD-05",
        "rgpd",
        "26 et 28",
        "un acte de sous-traitance en cours avec la DINUM",
    ),
    "no sheet in the register of processings": (
        lambda: judge(lacking(*AT, "register_sheet")),
        "RGPD-09",
        "rgpd",
        "30",
        "il manque : la fiche du traitement au registre (RGPD, art. 30).",
    ),
    "no text behind the legal basis": (
        lambda: judge(lacking(*AT, "legal_basis", "text")),
        "RGPD-01",
        "rgpd",
        "6.1 et 6.3",
        "il manque : le texte qui fonde la base légale du traitement.",
    ),
    "legitimate interest": (
        lambda: judge(having(*AT, "legal_basis", "article", to="6_1_f")),
        "RGPD-02",
        "rgpd",
        "6.1 (second alinéa)",
        "invoque l'intérêt légitime",
    ),
    "a purpose that nobody knows": (
        lambda: judge(having(*AT, "purpose", to="curiosite")),
        "DL-09",
        DOCTRINE,
        "DL-09",
        "Chaque traitement a une seule finalité, que le Datalab connaît",
    ),
}


@pytest.mark.parametrize("name", MISSING)
def test_each_thing_missing_alone_closes_the_workspace_with_its_rule_its_article_and_a_sentence(name: str) -> None:
    judged, rule, source, article, said = MISSING[name]
    decision = judged()
    assert [(each.rule, each.source, each.article, each.error) for each in decision.refusals] == [
        (rule, source, article, False)
    ]
    assert said in decision.refusals[0].message
    assert re.search(r"[{}]", decision.refusals[0].message) is None


@pytest.mark.parametrize("name", MISSING)
def test_a_closed_workspace_mounts_nothing_serves_nothing_and_asks_nothing(name: str) -> None:
    decision = MISSING[name][0]()
    told = decision.reasons, decision.obligations, decision.warnings
    given = decision.grants, decision.refused_parts, decision.services, decision.profiles
    assert (decision.allowed, decision.label, told, given) == (False, frozenset(), ((), (), ()), ((), (), (), ()))


PERIODS: dict[str, tuple[tuple[Any, ...], str, str]] = {
    "habilitation": ((*AT, "team", ANALYST, "habilitation"), "DL-02", "dernier jour : 31/08/2026"),
    "project": ((PROJECT_FILE, "period"), "DL-03", "le projet court du 01/04/2026 au 31/08/2026"),
    "processing": ((*AT, "period"), "DL-03", "le traitement du 01/04/2026 au 31/08/2026"),
    "processor's act": ((*AT, "processors", 0, "period"), "RGPD-05", "un acte de sous-traitance en cours"),
    "commitment": (
        (f"people/{ANALYST}.yaml", "commitments", "e2026", "period"),
        "PRO-01",
        "dernier jour : 31/08/2026",
    ),
    "homologation": (("datalab.yaml", "homologation", "period"), "SEC-01", "une homologation de sécurité"),
}


@pytest.mark.parametrize("name", PERIODS)
def test_a_period_opens_from_its_first_day_to_its_last_both_included(name: str) -> None:
    keys, rule, _ = PERIODS[name]
    documents = having(*keys, to=NARROW)
    found = {day: judge(documents, day=day) for day in (FIRST - ONE_DAY, FIRST, LAST, LAST + ONE_DAY)}
    assert [opening_rules(decision) for decision in found.values()] == [[rule], [], [], [rule]]
    assert [decision.until for decision in found.values()][:3] == [FIRST - ONE_DAY, LAST, LAST]


@pytest.mark.parametrize("name", PERIODS)
def test_the_day_after_a_period_the_refusal_says_what_ended(name: str) -> None:
    keys, _, said = PERIODS[name]
    assert said in judge(having(*keys, to=NARROW), day=LAST + ONE_DAY).refusals[0].message


def test_a_commitment_counts_twelve_months_from_its_signature_whatever_it_says() -> None:
    """Signed on 5 May 2025: on 4 May 2026 it is the last day, on the next it is too old."""
    keys = (f"people/{ANALYST}.yaml", "commitments", "e2026", "period")
    for written in ({"from": "2025-05-05"}, {"from": "2025-05-05", "until": "2030-12-31"}):
        documents = having(*keys, to=written)
        assert (judge(documents).allowed, judge(documents).until) == (True, DAY)
        assert opening_rules(judge(documents, day=DAY + ONE_DAY)) == ["PRO-01"]


def test_a_suspended_dataset_closes_its_parts_even_to_description_and_nothing_else() -> None:
    decision = judge(having(MENAGES, "suspension", to=SUSPENSION))
    assert modes(decision) == {ALLOWANCES: "read", TOWNS: "read"}
    assert [part_rules(decision, each) for each in (HOUSEHOLDS, TOTALS)] == [["DL-04"], ["DL-04"]]


REGIMES = {
    "secret_fiscal": ("FISC-01", "un article de loi qui lève le secret fiscal pour ce destinataire"),
    "sante": ("SANTE-02", "soit un accès permanent au titre d'une mission de service public, soit"),
    "secret_affaires": ("AFF-01", "une convention de mise à disposition"),
    "penal": ("PEN-02", "ce que la partie contient"),
    "defense_et_dr": ("DEF-02", "la mention de protection portée par la partie"),
}


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("others", [[], ["rgpd"]])
def test_a_secret_whose_titles_are_missing_keeps_the_part_closed(regime: str, others: list[str]) -> None:
    decision = judge(having(ALLOCS, "parts", "p2025", "regimes", to=[*others, regime]), factors=("password", "totp"))
    assert modes(decision) == READ | {ALLOWANCES: "catalogue"}
    rule, missing = REGIMES[regime]
    told = {each.rule: each for each in part_refusals(decision, ALLOWANCES)}
    assert told[rule].error is False
    assert missing in told[rule].message


@pytest.mark.parametrize("others", [[], ["rgpd"]])
def test_a_regime_that_the_law_does_not_know_keeps_the_part_closed(others: list[str]) -> None:
    decision = judge(having(ALLOCS, "parts", "p2025", "regimes", to=[*others, "secret_des_sources"]))
    assert modes(decision) == READ | {ALLOWANCES: "catalogue"}
    assert part_rules(decision, ALLOWANCES) == ["DL-10"]
    assert "une voie d'accès complète pour : secret_des_sources" in part_refusals(decision, ALLOWANCES)[0].message


def test_a_second_factor_takes_away_dl_08_and_nothing_else() -> None:
    documents = having(ALLOCS, "parts", "p2025", "regimes", to=["rgpd", "sante"])
    one, two = (judge(documents, factors=shown) for shown in (("password",), ("password", "totp")))
    assert part_rules(one, ALLOWANCES) == ["DL-08", *part_rules(two, ALLOWANCES)]
    assert (modes(one), one.allowed) == (modes(two), two.allowed)
    [told] = [each for each in part_refusals(one, ALLOWANCES) if each.rule == "DL-08"]
    assert told.ask == "second_facteur"
    assert told.missing == ("une seconde preuve d'identité à la connexion : code à usage unique",)


def test_a_part_without_qualification_is_neither_read_nor_described() -> None:
    decision = judge(lacking(ALLOCS, "parts", "p2025", "regimes"))
    assert modes(decision) == {each: "read" for each in PARTS if each != ALLOWANCES}
    assert part_rules(decision, ALLOWANCES) == ["DL-10"]
    assert "la qualification de la partie" in part_refusals(decision, ALLOWANCES)[0].message


def test_a_part_is_open_only_when_its_producer_said_that_no_regime_protects_it() -> None:
    assert [is_restricted({"regimes": regimes}) for regimes in (None, ["rgpd"], [])] == [True, True, False]


def test_of_two_parts_that_the_processing_does_not_pair_the_second_in_the_registers_order_is_refused() -> None:
    decision = judge(having(*AT, "pairings", to=[[ALLOWANCES, TOTALS], [HOUSEHOLDS, TOTALS]]))
    assert modes(decision) == READ | {HOUSEHOLDS: "catalogue"}
    assert part_rules(decision, HOUSEHOLDS) == ["DL-07"]
    assert "ne prévoit pas de les rapprocher" in part_refusals(decision, HOUSEHOLDS)[0].message


def test_a_refused_part_stands_in_nobodys_way() -> None:
    """The households are refused for another reason, so the totals need no pairing with them."""
    documents = changed(judged_documents(), *AT, "pairings", to=[[ALLOWANCES, TOTALS]])
    documents = changed(documents, MENAGES, "parts", "p2024", "regimes", to=["secret_fiscal"])
    assert modes(judge(approved(documents))) == READ | {HOUSEHOLDS: "catalogue"}


def test_open_parts_stand_beside_anything_whatever_the_processing_pairs() -> None:
    decision = judge(having(*AT, "pairings", to=[]))
    assert modes(decision) == {ALLOWANCES: "read", TOWNS: "read", HOUSEHOLDS: "catalogue", TOTALS: "catalogue"}
    assert {each.rule for part in decision.refused_parts for each in part.refusals} == {"DL-07"}


def test_a_pairing_is_one_whichever_part_it_names_first() -> None:
    for pairings in ([[HOUSEHOLDS, ALLOWANCES]], [[ALLOWANCES, HOUSEHOLDS]]):
        assert modes(judge(having(*AT, "pairings", to=pairings)))[HOUSEHOLDS] == "read"


def test_statistical_parts_never_serve_to_target_people_whatever_the_titles() -> None:
    documents = changed(judged_documents(), *AT, "purpose", to="ciblage_usagers")
    assessment = {"day": "2026-01-15", "dpo_opinion": "favorable"}
    decision = judge(approved(changed(documents, *AT, "impact_assessment", to=assessment)))
    assert modes(decision) == {ALLOWANCES: "read", TOWNS: "read", HOUSEHOLDS: "catalogue", TOTALS: "catalogue"}
    assert part_rules(decision, HOUSEHOLDS) == part_rules(decision, TOTALS) == ["STAT-01", "STAT-02"]
    assert "aucun accord ne peut lever cette limite" in part_refusals(decision, TOTALS)[0].message


def test_targeting_people_without_impact_assessment_opens_no_personal_part() -> None:
    decision = judge(having(*AT, "purpose", to="ciblage_usagers"))
    assert part_rules(decision, ALLOWANCES) == ["RGPD-04"]


VERSIONS: dict[str, tuple[Values, str | None]] = {
    "the only one": ({"liv-1": version("2026-01-01")}, "liv-1"),
    "the latest, whatever its name": ({"liv-1": version("2026-05-04"), "liv-2": version("2026-05-03")}, "liv-1"),
    "delivered today": ({"liv-1": version("2026-01-01"), "liv-2": version("2026-05-04")}, "liv-2"),
    "delivered tomorrow": ({"liv-1": version("2026-01-01"), "liv-2": version("2026-05-05")}, "liv-1"),
    "the latest was withdrawn": (
        {"liv-1": version("2026-01-01"), "liv-2": version("2026-05-01", withdrawn=True)},
        "liv-1",
    ),
    "all were withdrawn": ({"liv-1": version("2026-01-01", withdrawn=True)}, None),
    "none is there yet": ({"liv-1": version("2026-05-05")}, None),
    "none was announced": ({}, None),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_the_version_mounted_is_the_latest_delivered_and_not_withdrawn(name: str) -> None:
    versions, expected = VERSIONS[name]
    decision = judge(having("datasets/communes.yaml", "parts", "p2025", "versions", to=versions))
    read = {grant.id: grant.version for grant in decision.grants if grant.mode == "read"}
    assert read.get(TOWNS) == expected
    assert part_rules(decision, TOWNS) == ([] if expected else ["DL-10"])


def test_a_decision_ends_on_the_eve_of_the_next_delivery() -> None:
    versions = {
        "liv-1": version("2026-01-01"),
        "liv-2": version("2026-06-10"),
        "liv-3": version("2026-06-05", withdrawn=True),
    }
    documents = having("datasets/communes.yaml", "parts", "p2025", "versions", to=versions)
    assert judge(documents).until == date(2026, 6, 9)
    assert judge(documents, day=date(2026, 6, 10)).until == END_OF_YEAR


def test_a_processing_that_no_project_has_is_an_error_and_no_decision() -> None:
    with pytest.raises(UnknownProcessingError, match="aides-inconnu"):
        judge(processing="aides-inconnu")


@pytest.mark.parametrize("who", [ANALYST, EXPERT])
@pytest.mark.parametrize("changes", [{}, {"purpose": "ciblage_usagers"}, {"pairings": []}, {"register_sheet": None}])
def test_a_decision_to_json_and_back_is_the_same_decision(who: str, changes: Values) -> None:
    documents = judged_documents()
    for key, value in changes.items():
        documents = changed(documents, *AT, key, to=value)
    decision = judge(approved(documents), PEOPLE[who])
    assert parse(Decision, json.loads(decision.to_json()), "decision") == decision
    assert Decision.model_validate_json(decision.to_json()).to_json() == decision.to_json()


def test_a_person_sees_the_processings_of_their_group_and_those_that_name_them() -> None:
    register = register_of(approved(judged_documents()))
    nobody = person("pzoe09", "minefi")
    seen = {each: [found.id for found in processings_of(register, who)] for each, who in PEOPLE.items()}
    assert seen[ANALYST] == [PROCESSING, OTHER_PROCESSING]
    assert [found.id for found in processings_of(register, person(EXPERT, "dinum"))] == [PROCESSING]
    assert processings_of(register, nobody) == []
    assert [found.id for found in processings_of(register, person("pzoe09", "minefi", projects=IN_GROUP))] == [
        PROCESSING,
        OTHER_PROCESSING,
    ]
