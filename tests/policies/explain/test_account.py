"""A decision is told whole: what opens, on which ground, until when; what does not, why, and who can help."""

from __future__ import annotations

import re
from datetime import date

import pytest

from policies.access.decision import Decision, Grant, PartRefusal
from policies.engine.model import Obligation, Reason, Refusal
from policies.errors import DatalabError
from policies.explain.account import (
    SAME_GROUNDS,
    Account,
    Citation,
    Ground,
    Obstacle,
    PartAccount,
    make_account,
    part_name,
    say_citation,
    say_until,
)
from policies.explain.contacts import Helper
from tests.support.judged import register_of, shipped_law
from tests.support.judged_documents import ALLOWANCES, ANALYST, DAY, HOUSEHOLDS, PROCESSING, TOWNS, judged_documents

REGISTER, LAW = register_of(judged_documents()), shipped_law()
LOI = "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000000888573"
MEMBER = Reason(rule="DL-01", source="doctrine-datalab", article="DL-01", link=None, text="vous êtes de l'équipe.")
OWN = Reason(rule="DL-10", source="doctrine-datalab", article="DL-10", link=None, text="La partie est qualifiée.")
CLOSED = Refusal(
    rule="STAT-02",
    source="loi-51-711",
    article="6",
    link=LOI,
    message="il manque un avis.",
    missing=("un avis",),
    ask="comite_du_secret_statistique",
)
TOLD_MEMBER = Ground("Vous êtes de l'équipe.", Citation("Doctrine du Datalab, DL-01", None))
TOLD_OWN = Ground("La partie est qualifiée.", Citation("Doctrine du Datalab, DL-10", None))
TOLD_CLOSED = Obstacle(
    "Il manque un avis.",
    Citation(
        "Loi n° 51-711 du 7 juin 1951 sur l'obligation, la coordination et le secret en matière de statistiques,"
        " art. 6",
        LOI,
    ),
    Helper(
        "le Comité du secret statistique, en passant par le projet",
        "aides@minefi.test",
        "comite_du_secret_statistique",
    ),
)


def grant(part: str, mode: str, *reasons: Reason) -> Grant:
    dataset, _, name = part.partition("/")
    values = {"dataset": dataset, "part": name, "version": "livraison-1", "mode": mode, "restricted": True}
    return Grant.model_validate(values | {"until": date(2026, 6, 1), "reasons": reasons})


def refused(part: str, *refusals: Refusal) -> PartRefusal:
    dataset, _, name = part.partition("/")
    return PartRefusal(dataset=dataset, part=name, refusals=refusals)


DECISION = Decision(
    person=ANALYST,
    processing=PROCESSING,
    day=DAY,
    allowed=True,
    until=date(2026, 6, 1),
    # neither the order of grants nor that of refusals is the register's
    grants=(grant(HOUSEHOLDS, "catalogue", MEMBER), grant(ALLOWANCES, "read", MEMBER, OWN)),
    refused_parts=(refused(TOWNS, CLOSED, CLOSED), refused(HOUSEHOLDS, CLOSED)),
    profiles=("petit",),
    reasons=(MEMBER,),
    obligations=(Obligation(rule="RGPD-03", text="Ne réidentifiez personne."),),
    warnings=(OWN,),
    law="1" * 64,
    facts="2" * 64,
)


def test_an_account_says_all_of_a_decision_in_the_registers_order() -> None:
    until = "jusqu'au 01/06/2026 inclus"
    assert make_account(DECISION, REGISTER, LAW) == Account(
        person=ANALYST,
        processing=PROCESSING,
        name="Évaluation des aides",
        project="Aides",
        carrier="ministère de l'économie et des finances",
        purpose="statistique publique",
        day="04/05/2026",
        allowed=True,
        until=until,
        grounds=(TOLD_MEMBER,),
        obstacles=(),
        parts=(
            PartAccount(ALLOWANCES, "Allocations : Une partie", "read", until, (TOLD_OWN,), ()),
            PartAccount(TOWNS, "Communes : Une partie", "refused", "", (), (TOLD_CLOSED,)),
            # all that opens it opens the workspace too
            PartAccount(HOUSEHOLDS, "Ménages : Une partie", "catalogue", until, (SAME_GROUNDS,), (TOLD_CLOSED,)),
        ),
        obligations=("Ne réidentifiez personne.",),
        warnings=(TOLD_OWN,),
    )


def test_nothing_is_ever_open_without_a_ground_or_closed_without_a_reason() -> None:
    for part in make_account(DECISION, REGISTER, LAW).parts:
        assert part.grounds if part.state == "read" else part.obstacles


def test_a_refused_workspace_says_why_and_who_can_help() -> None:
    told = make_account(
        DECISION.model_copy(
            update={"allowed": False, "grants": (), "refused_parts": (), "reasons": (), "refusals": (CLOSED,)}
        ),
        REGISTER,
        LAW,
    )
    assert (told.allowed, told.grounds, told.obstacles, told.parts) == (False, (), (TOLD_CLOSED,), ())


def test_a_processing_that_the_register_has_not_is_an_error_and_no_empty_account() -> None:
    with pytest.raises(DatalabError, match="autre-etude"):
        make_account(DECISION.model_copy(update={"processing": "autre-etude"}), REGISTER, LAW)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(None, "sans fin connue à ce jour"), (date(2026, 3, 1), "jusqu'au 01/03/2026 inclus")],
)
def test_the_last_day_is_included(day: date | None, expected: str) -> None:
    assert say_until(day) == expected


@pytest.mark.parametrize(
    ("source", "article", "expected"),
    [
        ("doctrine-datalab", "DL-06", "Doctrine du Datalab, DL-06"),
        ("rgpd", "6.1 et 6.3", "Règlement (UE) 2016/679 (RGPD), art. 6.1 et 6.3"),
        ("cgfp", "L121-6", "Code général de la fonction publique, art. L121-6"),
        ("doctrine-datalab", "", "Doctrine du Datalab"),
        ("inconnue", "3", "inconnue, art. 3"),
        (
            "arrete-2024-05-06",
            "référentiel de sécurité du SNDS",
            "Arrêté du 6 mai 2024 (référentiel de sécurité applicable au SNDS)",
        ),
        (
            "comite-du-secret-statistique",
            "questions fréquentes (prolongation)",
            "Comité du secret statistique, questions fréquentes (prolongation)",
        ),
        (
            "arrete-2024-05-06",
            "SNDS, 3.2",
            "Arrêté du 6 mai 2024 (référentiel de sécurité applicable au SNDS), SNDS, 3.2",
        ),
        ("", "", ""),
    ],
)
def test_a_rule_is_cited_as_people_cite_it(source: str, article: str, expected: str) -> None:
    assert say_citation(LAW, source, article, LOI) == Citation(expected, LOI)


def test_no_rule_is_cited_with_the_same_words_twice() -> None:
    cited = {say_citation(LAW, rule.source, rule.file.source.article, None).text for rule in LAW.rules.values()}
    assert [each for each in cited if re.search(r"(\b\w{4,} \w{4,}\b).*\1", each)] == []


@pytest.mark.parametrize(
    ("dataset", "part", "expected"),
    [
        ("communes", "p2025", "Communes : Une partie"),
        ("communes", "p1900", "communes/p1900"),
        ("inconnu", "p2025", "inconnu/p2025"),
    ],
)
def test_a_part_is_called_by_its_names_or_else_by_its_id(dataset: str, part: str, expected: str) -> None:
    assert part_name(REGISTER, dataset, part) == expected
