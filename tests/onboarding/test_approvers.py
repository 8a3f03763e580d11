"""Whom to ask for an approval is the law's to say, for every place of the register."""

from __future__ import annotations

from datetime import date

import pytest

from onboarding.approvers import approval_kind, say_approvers
from onboarding.demo.approvals import KINDS
from onboarding.permissions import CALLED
from policies.register.attested import Lift
from policies.register.documents import parse_document
from policies.register.places import attested_entries
from tests.support.judged import approver_of, shipped_law
from tests.support.operations import FILES, all_suspended

DAY = date(2026, 5, 4)
PROJECT, PROCESSING = "projects/aides.yaml", "aides-eval"


def every_place() -> dict[str, str]:
    """Every kind of place, with the kind of approval that the type of its entry has."""
    documents = all_suspended()
    proposed = {"person": "plead1", "day": "2026-05-01"}
    own = FILES | {"reason": "essai", "proposed": proposed}
    documents[PROJECT]["processings"][PROCESSING]["requalifications"] = {"retour": own}
    for values in (documents[PROJECT], documents["datasets/menages.yaml"]):
        precaution = values["suspension"]
        values["suspension"] = precaution | {"lifted": {"reason": "x", "of": dict(precaution), "proposed": proposed}}
    found = {}
    for path, values in documents.items():
        for place, entry in attested_entries(path, parse_document(path, values)):
            lift = "lift_dataset" if path.startswith("datasets/") else "lift"
            found[place] = lift if isinstance(entry, Lift) else KINDS.get(type(entry), "requalification")
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
