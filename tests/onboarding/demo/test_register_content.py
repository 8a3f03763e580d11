from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from onboarding.approvers import approval_kind, beneficiaries
from onboarding.demo.approvals import NobodyMayApproveError, signatures, with_approvals
from onboarding.demo.content.frame import Frame
from onboarding.demo.content.processings import PROCESSINGS
from onboarding.demo.people import Cast
from onboarding.demo.register_content import DemoRegister, build_register
from onboarding.demo.signing import roles
from onboarding.numbering import allot
from policies.engine.load import load_law
from policies.engine.model import Law
from policies.files import Closed, fingerprint
from policies.register.assembly import Assembly
from policies.register.documents import parse_document
from policies.register.places import attested_entries
from policies.register.project import Project
from tests.support.demo_site import DAY

LAW = Path(__file__).parents[3] / "policies" / "law"
EVALUATION = "projects/aides-logement/processings/aides-evaluation"


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law(LAW)


@pytest.fixture
def demo(frame: Frame) -> DemoRegister:
    return build_register(frame)


def models(demo: DemoRegister) -> dict[str, Closed]:
    return {path: parse_document(path, values) for path, values in allot(demo.documents, {}).items() if values}


def approvers(demo: DemoRegister, law: Law, cast: Cast) -> dict[str, str]:
    found = signatures(models(demo), demo.pending, lambda kind: roles(law, kind, DAY), cast)
    return {each.place: each.login for each in found}


def test_every_document_is_valid_and_they_fit_together(demo: DemoRegister) -> None:
    contents = models(demo)
    names = {path: fingerprint(path.encode()) for path in contents}
    by_name = {names[path]: document.model_dump_json(by_alias=True).encode() for path, document in contents.items()}
    assert set(Assembly().advance(names, by_name.__getitem__)) == set(contents)


def test_the_same_seed_and_day_give_the_same_register(frame: Frame, demo: DemoRegister) -> None:
    assert build_register(frame) == demo
    assert build_register(dataclasses.replace(frame, cast=Cast(1))) != demo


def test_every_day_moves_with_the_day(frame: Frame) -> None:
    later = build_register(dataclasses.replace(frame, day=DAY + timedelta(days=100)))
    moved = Frame(frame.cast, DAY + timedelta(days=100), frame.catalogue)
    mission = later.documents["projects/aides-logement.yaml"]["processings"]["aides-reperage"]["missions"]["ingenierie"]
    assert mission["period"]["until"] == moved.on(-1) == "2026-08-11"


def test_projects_are_of_the_three_kinds_one_has_two_purposes_one_is_suspended(demo: DemoRegister) -> None:
    projects = {path: each for path, each in models(demo).items() if isinstance(each, Project)}
    purposes = {path: {p.purpose for p in each.processings.values()} for path, each in projects.items()}
    assert len(projects) == 4
    assert {kind for each in projects.values() for kind in each.kinds} == {
        "proactive_administration",
        "data_sharing",
        "public_policy",
    }
    assert [path for path, found in purposes.items() if len(found) == 2] == ["projects/aides-logement.yaml"]
    assert [path for path, each in projects.items() if each.suspension] == ["projects/societes-ephemeres.yaml"]
    assert {each.carrier for each in projects.values()} == {"minsante", "minefi", "minint"}


def test_titles_are_valid_expired_unapproved_for_one_person_and_one_is_missing(
    frame: Frame, demo: DemoRegister
) -> None:
    document = parse_document("projects/aides-logement.yaml", models_values(demo, "projects/aides-logement.yaml"))
    assert isinstance(document, Project)
    titles = document.processings["aides-evaluation"].titles
    opinions = {name: each for name, each in titles.items() if each.kind == "avis_css"}
    asked = {f"menages/{part}" for part in document.processings["aides-evaluation"].datasets["menages"].parts}
    covered = {part for each in opinions.values() for part in each.parts or ()}
    found = {
        "running": sorted(name for name, each in titles.items() if runs(each.period.from_, each.period.until)),
        "expired": [name for name, each in titles.items() if each.period.until == DAY - timedelta(days=1)],
        "unapproved": [place.rpartition("/")[2] for place in demo.pending if "/titles/" in place],
        "for one person": [(name, each.people) for name, each in opinions.items() if len(each.people or ()) == 1],
        "without an opinion": asked - covered,
    }  # fmt: skip
    assert found == {
        "running": [
            "accord-insee",
            "accord-mobilite",
            "archives",
            "avis-composition",
            "avis-logements",
            "avis-mobilite",
        ],
        "expired": ["avis-energie"],
        "unapproved": ["accord-mobilite"],
        "for one person": [("avis-logements", (frame.cast.id("c.martin"),))],
        "without an opinion": {"menages/patrimoine"},
    }


def models_values(demo: DemoRegister, path: str) -> object:
    return allot(demo.documents, {})[path]


def runs(first: date, last: date | None) -> bool:
    return first <= DAY and (last is None or last >= DAY)


def test_every_title_and_commitment_has_its_file(demo: DemoRegister) -> None:
    files = {name: fingerprint(content) for name, content in demo.files.items()}
    wanted = {
        entry.file: entry.fingerprint
        for path, document in models(demo).items()
        for _, entry in attested_entries(path, document)
        if hasattr(entry, "file")
    }
    assert wanted == files


def test_no_file_can_be_taken_for_a_real_one(demo: DemoRegister) -> None:
    for content in demo.files.values():
        assert content.decode().startswith("DOCUMENT INVENTÉ POUR LA DÉMONSTRATION")


def test_the_register_names_nobody(frame: Frame, demo: DemoRegister) -> None:
    text = repr(demo.documents) + "".join(content.decode() for content in demo.files.values())
    assert [actor.login for actor in frame.cast if actor.login in text or actor.name in text] == []


def test_everything_is_approved_but_what_the_tale_leaves_open(frame: Frame, demo: DemoRegister, law: Law) -> None:
    everything = {place for path, each in models(demo).items() for place, _ in attested_entries(path, each)}
    assert everything - set(approvers(demo, law, frame.cast)) == demo.pending
    assert demo.pending == {
        f"{EVALUATION}/titles/accord-mobilite",
        f"projects/partage-entreprises/processings/entreprises-fragiles/team/{frame.cast.id('j.mercier')}",
    }


def test_nobody_approves_what_they_propose_or_gain_by(frame: Frame, demo: DemoRegister, law: Law) -> None:
    signed = approvers(demo, law, frame.cast)
    for path, document in models(demo).items():
        for place, entry in attested_entries(path, document):
            if place in signed:
                approver = frame.cast.id(signed[place])
                assert approver != entry.proposed.person
                assert approver not in beneficiaries(place, entry)


@pytest.mark.parametrize(
    ("place", "login"),
    [
        ("datalab/homologation", "x.masson"),
        ("projects/aides-logement", "a.lefevre"),
        (EVALUATION, "d.fournier"),
        (f"{EVALUATION}/missions/gouvernance", "v.morel"),
        (f"{EVALUATION}/datasets/menages", "q.aubert"),
        (f"{EVALUATION}/datasets/revenus", "f.roussel"),
        (f"{EVALUATION}/titles/avis-logements", "q.aubert"),
        ("datasets/sejours", "p.girard"),
        ("datasets/accidents/parts/usagers", "y.picard"),
    ],
)
def test_an_entry_is_approved_by_whoever_the_law_gives_the_role(
    frame: Frame, demo: DemoRegister, law: Law, place: str, login: str
) -> None:
    assert approvers(demo, law, frame.cast)[place] == login


def test_each_kind_of_entry_is_approved_at_least_once(frame: Frame, demo: DemoRegister, law: Law) -> None:
    signed = approvers(demo, law, frame.cast)
    kinds = Counter(
        approval_kind(place)
        for path, each in models(demo).items()
        for place, _ in attested_entries(path, each)
        if place in signed
    )
    named = {name.removeprefix("approval.") for name in law.parameters if name.startswith("approval.")}
    # what comes about only while people work: the demo's versions came with their parts
    assert set(kinds) == named - {"lift", "lift_dataset", "requalification", "delivery"}


def test_without_anyone_in_the_role_it_says_so(frame: Frame, demo: DemoRegister) -> None:
    with pytest.raises(NobodyMayApproveError, match=r"datalab/homologation: nobody .* \('pope',\)"):
        list(signatures(models(demo), frozenset(), lambda kind: ("pope",), frame.cast))


def test_an_approval_goes_to_its_place_and_the_proposal_stays(demo: DemoRegister) -> None:
    place = f"{EVALUATION}/titles/archives"
    approval = {"person": "pabcd", "day": "2026-05-04"}
    signed = with_approvals(demo.documents, {place: approval, "datalab/homologation": approval})
    title = signed["projects/aides-logement.yaml"]["processings"]["aides-evaluation"]["titles"]["archives"]
    assert (title["approved"], signed["datalab.yaml"]["homologation"]["approved"]) == (approval, approval)
    assert "approved" not in demo.documents["datalab.yaml"]["homologation"]


def test_processings_ask_only_for_parts_that_exist(frame: Frame) -> None:
    for spec in PROCESSINGS.values():
        assert set(spec.parts) <= set(frame.catalogue.parts)
        assert {part for pair in spec.pairings for part in pair} <= set(spec.parts)
