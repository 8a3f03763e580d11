"""Whom to ask for an approval is the law's to say, for every place of the register."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from onboarding.approvers import approval_kind, say_approvers
from onboarding.operations.approve import NotCountingError, approve
from onboarding.permissions import CALLED
from onboarding.writing import Writer
from policies.access.approvals import Approvals
from policies.directory.person import Person
from policies.register.attested import Attested, Lift
from policies.register.datalab import HealthHosting, Homologation, Hosting
from policies.register.dataset import Dataset, Delivery, Part
from policies.register.documents import parse_document
from policies.register.follow import Register, read_register
from policies.register.person import Commitment
from policies.register.places import attested_entries, find_entry
from policies.register.project import (
    DatasetUse,
    Mission,
    Processing,
    Project,
    Requalification,
    TeamEntry,
    Title,
)
from tests.support.judged import KEY, KEYS, PEOPLE, approver_of, person, register_of, shipped_law
from tests.support.judged_documents import Values
from tests.support.operations import FILES, SECONDS, Desk, all_suspended
from tests.support.small_register import store

DAY = date(2026, 5, 4)
KINDS: dict[type[Attested], str] = {
    Homologation: "homologation", Hosting: "hosting", HealthHosting: "hosting", Project: "project",
    Processing: "processing", TeamEntry: "team", Mission: "mission", DatasetUse: "dataset_use", Title: "title",
    Requalification: "requalification", Dataset: "dataset", Part: "part", Delivery: "delivery",
    Commitment: "commitment",
}  # fmt: skip
PROJECT, PROCESSING = "projects/aides.yaml", "aides-eval"


def everything() -> dict[str, Values]:
    """Documents that have every kind of entry, nothing approved."""
    documents = all_suspended()
    proposed = {"person": "plead1", "day": "2026-05-01"}
    own = FILES | {"reason": "essai", "proposed": proposed}
    documents[PROJECT]["processings"][PROCESSING]["requalifications"] = {"retour": own}
    brought = {"fingerprint": "0" * 64, "files": 1, "rows": 1, "size": 1}
    delivery = {"day": "2026-05-01", "parts": {"p2024": brought}, "proposed": proposed}
    documents["datasets/menages.yaml"]["deliveries"] = {"l20260501-090000": delivery}
    for values in (documents[PROJECT], documents["datasets/menages.yaml"]):
        precaution = values["suspension"]
        values["suspension"] = precaution | {"lifted": {"reason": "x", "of": dict(precaution), "proposed": proposed}}
    return documents


def every_place() -> dict[str, str]:
    """Every place, with the kind of approval that the type of its entry has."""
    found = {}
    for path, values in everything().items():
        for place, entry in attested_entries(path, parse_document(path, values)):
            lift = "lift_dataset" if path.startswith("datasets/") else "lift"
            found[place] = lift if isinstance(entry, Lift) else KINDS[type(entry)]
    return found


PLACES = every_place()


@pytest.mark.parametrize("place", PLACES)
def test_the_kind_that_a_place_says_is_that_of_the_entry_which_stands_there(place: str) -> None:
    assert approval_kind(place) == PLACES[place]


@pytest.mark.parametrize("place", PLACES)
def test_whoever_rightly_approves_is_among_those_who_are_named(place: str) -> None:
    said = say_approvers(shipped_law(), place, DAY)
    approver = approver_of(place, "insee")
    assert any(CALLED[role] in said for role in CALLED if role in approver.roles), (said, approver)


def test_every_kind_of_the_law_has_a_place() -> None:
    named = {name.removeprefix("approval.") for name in shipped_law().parameters if name.startswith("approval.")}
    assert named == set(PLACES.values())


def test_before_the_law_names_a_role_nobody_approves() -> None:
    assert say_approvers(shipped_law(), "projects/aides", date(2022, 12, 31)).startswith("personne")


def test_roles_are_said_in_words() -> None:
    said = say_approvers(shipped_law(), "projects/aides/processings/aides-eval/team/pana01", DAY)
    assert said == ("la cheffe ou le chef de projet de l'administration porteuse ou un administrateur du Datalab")


@pytest.fixture(scope="module")
def register() -> Register:
    return register_of(everything())


@pytest.fixture
def written(tmp_path: Path) -> Writer:
    """A writer of these documents, nothing of which is approved."""
    store(tmp_path, everything())
    return Writer(tmp_path, Unwritten())


class Unwritten:
    def append(self, kind: str, payload: object) -> None:
        """A journal that forgets."""


def try_to_approve(register: Register, writer: Writer, place: str, who: Person) -> None:
    approvals = Approvals(shipped_law(), KEYS)
    approve(register, place, lambda digest: KEY.approval(who, DAY, digest), writer, approvals)


@pytest.mark.parametrize("place", PLACES)
def test_who_has_the_role_approves_and_who_has_not_is_told_who_has(
    register: Register, written: Writer, tmp_path: Path, place: str
) -> None:
    dataset = place.rsplit("/", maxsplit=1)[-1] if place.startswith("projects/") else place.split("/")[1]
    producer = register.datasets[dataset].producer if dataset in register.datasets else "insee"
    before = read_register(tmp_path)
    for stranger in (PEOPLE["pben02"], person("pfar01", "ailleurs", *CALLED)):
        with pytest.raises(
            NotCountingError, match="cette approbation ne compterait pas .* Peut l'approuver : l[ae] |un "
        ):
            try_to_approve(register, written, place, stranger)
    assert read_register(tmp_path) == before
    try_to_approve(register, written, place, approver_of(place, producer))
    entry = find_entry(read_register(tmp_path), place)
    assert entry is not None
    assert entry.approved is not None


GAINED = {
    "projects/aides/processings/aides-eval/team/pana01": ("pana01", "project_lead"),
    "projects/aides/processings/aides-eval/missions/appui": ("pexp03", "project_lead"),
    "projects/aides/processings/aides-eval/titles/avis": ("pana01", "producer"),
    "projects/aides/processings/aides-eval/requalifications/retour": ("pana01", "producer"),
    "people/pana01/commitments/e2026": ("pana01", "administrator"),
}


@pytest.mark.parametrize("place", GAINED)
def test_who_gains_by_an_entry_does_not_approve_it_whatever_their_role(
    register: Register, written: Writer, place: str
) -> None:
    who, role = GAINED[place]
    homes = {"project_lead": "minefi", "producer": "insee", "administrator": "dinum"}
    with pytest.raises(NotCountingError, match="la personne même qui en bénéficie"):
        try_to_approve(register, written, place, person(who, homes[role], role))


def test_a_wrong_approval_takes_no_good_one_s_place(tmp_path: Path) -> None:
    """Otherwise anybody could close what others read."""
    desk = Desk(tmp_path)
    opened, place = desk.read(), "projects/aides/processings/aides-eval/titles/accord"
    with pytest.raises(NotCountingError):
        try_to_approve(desk.register(), desk.writer(), place, SECONDS["dpo"])
    assert (desk.read(), len(opened)) == (opened, 4)


def test_without_the_check_it_would_have(tmp_path: Path) -> None:
    """The negative control."""
    desk = Desk(tmp_path)
    desk.approve("projects/aides/processings/aides-eval/titles/accord", SECONDS["dpo"])
    assert "menages/p2024" not in desk.read()
