"""Each account shows what the list of accounts says, judged by the real law on the real register."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from onboarding.demo.content.frame import Frame
from onboarding.demo.people import Actor, Cast
from onboarding.demo.register import write_register
from onboarding.demo.signing import roles
from onboarding.writing import Writer
from policies.access.decision import Decision
from policies.access.workspace import decide_workspace
from policies.directory.person import Person
from policies.engine.load import load_law
from policies.register.follow import read_register
from tests.support.demo_site import DAY, SEED, places_in
from tests.support.signing import make_key, published

LAW = Path(__file__).parents[3] / "policies" / "law"
SURVEY_REFUSED = {
    "menages/energie": {"STAT-02", "STAT-03"},
    "menages/mobilite": {"STAT-02"},
    "revenus/declarations": {"FISC-01"},
}
Judge = Callable[[str, str], Decision]


class Unwritten:
    """A journal that forgets."""

    def append(self, kind: str, payload: object) -> None:
        return None


def person(cast: Cast, actor: Actor) -> Person:
    return Person(
        id=cast.id(actor.login),
        name=actor.name,
        organisation=actor.organisation,
        projects=frozenset(actor.projects),
        roles=frozenset(actor.roles),
    )


@pytest.fixture(scope="module")
def judge(frame: Frame, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    places, key, law = places_in(tmp_path_factory.mktemp("demo")), make_key(), load_law(LAW)
    cast = Cast(SEED)

    def approve(login: str, fingerprint: str) -> Any:
        return key.approval(person(cast, cast.actor(login)), DAY, fingerprint).model_dump(mode="json")

    writer = Writer(places.register_folder, Unwritten())
    write_register(places, frame, lambda kind: roles(law, kind, DAY), approve, writer)
    register = read_register(places.register_folder)

    def judge(login: str, processing: str) -> Decision:
        who = person(cast, cast.actor(login))
        return decide_workspace(law, register, who, ("password",), processing, DAY, published(key))

    return judge


@dataclass(frozen=True)
class Shows:
    login: str
    processing: str
    reads: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


OPENED = (
    Shows("c.martin", "aides-evaluation", ("communes/population", "menages/logements", "menages/composition")),
    Shows("b.leroy", "aides-evaluation", ("communes/population", "menages/composition")),
    Shows("c.martin", "aides-reperage", ("communes/population", "allocataires/dossiers", "allocataires/identites")),
    Shows("a.benali", "aides-reperage", ("communes/population", "allocataires/dossiers", "allocataires/identites")),
    Shows("a.benali", "routes-pilotage", ("communes/population", "accidents/departements", "accidents/usagers")),
    Shows("m.diallo", "routes-pilotage", ("communes/population", "accidents/departements", "accidents/usagers")),
    Shows("e.dupuis", "entreprises-fragiles",
          ("communes/population", "entreprises/etablissements", "comptes/agregats")),
    Shows("n.faure", "aides-reperage", ("communes/population", "allocataires/dossiers", "allocataires/identites")),
    Shows("l.perrin", "aides-evaluation"),
    Shows("z.colin", "routes-pilotage", ("communes/population", "accidents/departements")),
    Shows("z.colin", "entreprises-fragiles",
          ("communes/population", "entreprises/etablissements", "comptes/agregats")),
    Shows("w.adam", "entreprises-fragiles",
          ("communes/population", "entreprises/etablissements", "comptes/agregats")),
)  # fmt: skip

CLOSED = (
    Shows("g.lambert", "aides-evaluation", refused=("DL-01",)),
    Shows("r.simon", "aides-evaluation", refused=("DL-01",)),
    Shows("j.mercier", "entreprises-fragiles", refused=("DL-02", "DL-05")),
    Shows("k.nguyen", "societes-controle", refused=("DL-04",)),
    Shows("h.garnier", "aides-reperage", refused=("DL-06",)),
    Shows("t.roux", "aides-evaluation", refused=("DL-06",)),
)


@pytest.mark.parametrize("shows", OPENED, ids=lambda each: f"{each.login} {each.processing}")
def test_who_gets_in_reads_exactly_these_parts(judge: Judge, shows: Shows) -> None:
    decision = judge(shows.login, shows.processing)
    read = {grant.id for grant in decision.grants if grant.mode == "read"}
    assert (decision.allowed, read) == (True, set(shows.reads))


@pytest.mark.parametrize("shows", CLOSED, ids=lambda each: f"{each.login} {each.processing}")
def test_who_stays_out_is_told_by_which_rule(judge: Judge, shows: Shows) -> None:
    decision = judge(shows.login, shows.processing)
    assert (decision.allowed, decision.grants) == (False, ())
    assert {refusal.rule for refusal in decision.refusals} >= set(shows.refused)
    assert not any(refusal.error for refusal in decision.refusals)


def test_each_refused_part_of_the_survey_is_refused_by_its_own_article(judge: Judge) -> None:
    refused = {
        part.id: {refusal.rule for refusal in part.refusals}
        for part in judge("c.martin", "aides-evaluation").refused_parts
    }
    assert {part: refused.get(part) for part in SURVEY_REFUSED} == SURVEY_REFUSED
    assert "STAT-02" in refused["menages/patrimoine"]


def test_a_purpose_that_is_not_statistics_opens_nothing_statistical(judge: Judge) -> None:
    refused = {
        part.id: {each.rule for each in part.refusals} for part in judge("c.martin", "aides-reperage").refused_parts
    }
    assert "STAT-01" in refused["menages/logements"]


def test_health_business_and_unqualified_parts_are_refused(judge: Judge) -> None:
    roads, firms = judge("m.diallo", "routes-pilotage"), judge("e.dupuis", "entreprises-fragiles")
    refused = {part.id: {each.rule for each in part.refusals} for part in (*roads.refused_parts, *firms.refused_parts)}
    assert set(refused) == {"accidents/vehicules", "accidents/constats", "sejours/urgences", "comptes/liasses"}
    assert refused["accidents/vehicules"] == {"DL-07"}
    assert refused["accidents/constats"] == {"DL-10"}
    assert refused["comptes/liasses"] == {"AFF-01"}
    assert refused["sejours/urgences"] == {"DL-08", "RGPD-03", "SANTE-01", "SANTE-02"}


MISSING = {
    ("c.martin", "aides-evaluation", "revenus/declarations", "FISC-01"): (
        ("un article de loi qui lève le secret fiscal pour ce destinataire", "une convention de mise à disposition"),
        "dgfip",
    ),
    ("e.dupuis", "entreprises-fragiles", "comptes/liasses", "AFF-01"): (
        ("une convention de mise à disposition",),
        "producteur",
    ),
    ("m.diallo", "routes-pilotage", "sejours/urgences", "DL-08"): (
        ("une seconde preuve d'identité à la connexion : code à usage unique",),
        "second_facteur",
    ),
    ("m.diallo", "routes-pilotage", "sejours/urgences", "SANTE-02"): (
        (
            "soit un accès permanent au titre d'une mission de service public, soit une convention de mise à"
            " disposition, un avis du CESREES et une autorisation de la CNIL, soit une convention de mise à disposition"
            " et une déclaration de conformité à une méthodologie de référence",
        ),
        "plateforme_donnees_sante",
    ),
}


@pytest.mark.parametrize("asked", MISSING, ids=" ".join)
def test_a_secret_part_is_refused_for_the_titles_that_are_missing_and_says_who_gives_them(
    judge: Judge, asked: tuple[str, str, str, str]
) -> None:
    login, processing, part, rule = asked
    refused = next(each for each in judge(login, processing).refused_parts if each.id == part)
    found = next(each for each in refused.refusals if each.rule == rule)
    assert (found.missing, found.ask) == MISSING[asked]


def test_two_of_one_team_have_different_labels(judge: Judge) -> None:
    mine, theirs = (judge(login, "aides-evaluation").label for login in ("c.martin", "b.leroy"))
    assert theirs < mine


def test_no_decision_of_the_demo_rests_on_an_error(judge: Judge) -> None:
    for shows in OPENED + CLOSED:
        decision = judge(shows.login, shows.processing)
        assert not any(each.error for part in decision.refused_parts for each in part.refusals)
