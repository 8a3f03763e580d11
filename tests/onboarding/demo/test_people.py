from __future__ import annotations

from collections import Counter

import pytest

from onboarding.demo.content.commitments import SIGNERS
from onboarding.demo.content.datasets import DATASETS
from onboarding.demo.content.processings import PROCESSINGS
from onboarding.demo.content.projects import PROJECTS
from onboarding.demo.directory import ORGANISATIONS
from onboarding.demo.people import ADMINISTRATORS, ANALYSTS, EVERYONE, EXPERTS, OFFICERS, Cast, person_id
from policies.names import check_person_id


def test_ids_are_valid_distinct_and_decided_by_seed_and_login_alone() -> None:
    for seed in range(50):
        ids = [check_person_id(Cast(seed).id(actor.login)) for actor in EVERYONE]
        assert len(set(ids)) == len(EVERYONE)
    assert person_id(7, "c.martin") == person_id(7, "c.martin")
    assert person_id(7, "c.martin") != person_id(8, "c.martin")


@pytest.mark.parametrize("actor", EVERYONE, ids=lambda actor: actor.login)
def test_an_id_holds_nothing_of_a_name(actor: object) -> None:
    cast = Cast(2026)
    for each in cast:
        assert each.family.lower() not in cast.id(each.login)
        assert each.login[2:] not in cast.id(each.login)


def test_logins_are_distinct_and_everyone_is_of_a_known_organisation() -> None:
    assert len({actor.login for actor in EVERYONE}) == len(EVERYONE)
    assert {actor.organisation for actor in EVERYONE} == set(ORGANISATIONS)


def test_a_person_is_found_by_login_and_by_id() -> None:
    cast = Cast(2026)
    for actor in cast:
        assert cast.actor(actor.login) == cast.actor_of(cast.id(actor.login)) == actor


def on_processings(login: str) -> list[str]:
    """The processings that a login is named on in the register."""
    return [
        name
        for name, spec in PROCESSINGS.items()
        if login in spec.team or any(each.login == login for each in spec.missions.values())
    ]


def test_the_issue_s_cast_is_all_there() -> None:
    missions = [each for spec in PROCESSINGS.values() for each in spec.missions.values()]
    found = {
        "at least 12 people": len(EVERYONE) >= 12,
        "three ministries and DINUM": {"minefi", "minsante", "minint", "dinum"}
        <= {actor.organisation for actor in ANALYSTS + EXPERTS},
        "an analyst on two projects": Cast(1).actor("a.benali").projects == ("aides-logement", "securite-routes"),
        "and in the register for both": on_processings("a.benali") == ["aides-reperage", "routes-pilotage"],
        "in the directory's group only": (bool(Cast(1).actor("g.lambert").projects), on_processings("g.lambert")),
        "unknown to the register": "g.lambert" in SIGNERS,
        "in the register only": (Cast(1).actor("r.simon").projects, on_processings("r.simon")),
        "experts of the four skills": {each.skill for each in missions},
        "missions running": sum(each.start <= 0 <= each.end for each in missions) >= 4,
        "one ended yesterday": [each.login for each in missions if each.end == -1],
        "one starting tomorrow": [each.login for each in missions if each.start == 1],
        "roles": Counter(role for actor in EVERYONE for role in actor.roles),
    }
    assert found == {
        "at least 12 people": True,
        "three ministries and DINUM": True,
        "an analyst on two projects": True,
        "and in the register for both": True,
        "in the directory's group only": (True, []),
        "unknown to the register": False,
        "in the register only": ((), ["aides-evaluation"]),
        "experts of the four skills": {"data_science", "data_engineering", "data_governance", "data_visualisation"},
        "missions running": True,
        "one ended yesterday": ["h.garnier"],
        "one starting tomorrow": ["t.roux"],
        "roles": Counter(producer=4, dpo=4, project_lead=3, administrator=2, dinum=2),
    }


def test_every_mission_is_an_expert_s_and_every_team_an_analyst_s() -> None:
    experts, analysts = ({actor.login for actor in group} for group in (EXPERTS, ANALYSTS))
    for spec in PROCESSINGS.values():
        assert {each.login for each in spec.missions.values()} <= experts
        assert set(spec.team) <= analysts


def test_who_approves_works_on_no_project() -> None:
    for actor in ADMINISTRATORS + OFFICERS:
        assert (actor.projects, on_processings(actor.login)) == ((), [])


def test_each_dataset_has_a_producer_and_each_project_a_lead_and_an_officer() -> None:
    holders = {(role, actor.organisation) for actor in EVERYONE for role in actor.roles}
    assert {("producer", spec.producer) for spec in DATASETS.values()} <= holders
    assert {("project_lead", spec.carrier) for spec in PROJECTS.values()} <= holders
    assert {("dpo", spec.controller) for spec in PROCESSINGS.values()} <= holders
