"""What is suspended twice the same day, by the same person, for the same reason, is lifted twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onboarding.operations import datasets, processings, projects, teams
from onboarding.operations.office import Office, Outcome
from policies.access.approvals import Approvals
from policies.access.suspensions import stands, suspendable
from policies.errors import InvalidFilesError
from policies.register.attested import Suspension, plain
from policies.register.places import split_place
from tests.support.judged import KEYS, shipped_law
from tests.support.judged_documents import EXPERT, PROCESSING, PROJECT
from tests.support.operations import REASON, SECONDS, Desk, first

Verb = Callable[[Office, Any, str, str], Outcome]
APPROVALS = Approvals(shipped_law(), KEYS)
SUSPENDABLE: dict[str, tuple[Verb, Verb, str, str, str]] = {
    f"projects/{PROJECT}": (
        projects.suspend_project, projects.resume_project, PROJECT, "project_lead", "administrator",
    ),
    f"projects/{PROJECT}/processings/{PROCESSING}": (
        processings.suspend_processing, processings.resume_processing, PROCESSING, "project_lead", "administrator",
    ),
    f"people/{EXPERT}": (teams.suspend_person, teams.resume_person, EXPERT, "administrator", "administrator"),
    "datasets/menages": (datasets.suspend_dataset, datasets.resume_dataset, "menages", "producer", "producer"),
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def standing(desk: Desk, place: str) -> tuple[Suspension | None, bool]:
    """The suspension at a place, and whether it suspends."""
    path, _ = split_place(place)
    document = desk.register().document(path)
    assert document is not None
    ((suspension, at, who),) = (each[1:] for each in suspendable(path, document) if each[0] == place)
    return suspension, stands(APPROVALS, place, suspension, at, who)


def suspend(desk: Desk, place: str) -> Suspension:
    verb, _, name, role, _ = SUSPENDABLE[place]
    verb(desk.office, first(role), REASON, name)
    suspension, suspends = standing(desk, place)
    assert suspension is not None
    assert suspends
    return suspension


def lift(desk: Desk, place: str) -> Suspension:
    _, verb, name, role, approver = SUSPENDABLE[place]
    verb(desk.office, first(role), REASON, name)
    desk.approve(f"{place}/suspension/lifted", SECONDS[approver])
    suspension, suspends = standing(desk, place)
    assert suspension is not None
    assert not suspends
    return suspension


@pytest.mark.parametrize("place", SUSPENDABLE)
def test_the_second_suspension_has_another_number_and_its_own_lift(place: str, desk: Desk) -> None:
    first_one, second = (suspend(desk, place), lift(desk, place), suspend(desk, place))[::2]
    assert first_one.model_copy(update={"id": None}) == second.model_copy(update={"id": None})
    assert first_one.id != second.id
    lift(desk, place)


@pytest.mark.parametrize("place", SUSPENDABLE)
def test_the_lift_of_the_first_lifts_nothing_of_the_second(place: str, desk: Desk) -> None:
    """As it is, the model refuses it; with the number of the second written into it, its approval is void."""
    suspend(desk, place)
    lifted = lift(desk, place).lifted
    assert lifted is not None
    second = suspend(desk, place)
    path, keys = split_place(place)
    with pytest.raises(InvalidFilesError, match="lifted.of: names another suspension"):
        write(desk, path, keys, plain(second) | {"lifted": plain(lifted)})
    write(desk, path, keys, plain(second) | {"lifted": plain(lifted) | {"of": plain(second)}})
    assert standing(desk, place)[1]


def write(desk: Desk, path: str, keys: tuple[str, ...], suspension: dict[str, Any]) -> None:
    """As a hand writes it."""
    document = desk.register().document(path)
    assert document is not None
    values = plain(document)
    entry = values
    for key in keys:
        entry = entry[key]
    entry["suspension"] = suspension
    desk.writer().write({path: values}, desk.register().documents, "padm01", "essai")
