"""Each operation on a real register: who may, what waits for a second person, what counts at once, what is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from onboarding.actor import Actor
from onboarding.operations.approve import OwnProposalError
from onboarding.permissions import ROLES, TABLE, NotPermittedError
from onboarding.reasons import ReasonError
from policies.access.approvals import Approvals, Organisations
from policies.errors import StaleError
from tests.support.judged import KEYS, shipped_law
from tests.support.judged_documents import ANALYST, EXPERT, OTHER_PROCESSING, PROCESSING, PROJECT
from tests.support.operations import (
    CALLS,
    FIRSTS,
    NEWCOMER,
    QUARANTINE_CALLS,
    REASON,
    SECONDS,
    Desk,
    desk_for,
    first,
)

AT = f"projects/{PROJECT}/processings/{PROCESSING}"
CARRIER = Organisations(carrier="minefi", controller="minefi")
INSEE = Organisations(producer="insee")

# operation -> place that waits, kind of approval, organisations of the roles, role that approves
WIDENING: Mapping[str, tuple[str, str, Organisations, str]] = {
    "create_project": ("projects/routes", "project", CARRIER, "dinum"),
    "change_project": (f"projects/{PROJECT}", "project", CARRIER, "dinum"),
    "resume_project": (f"projects/{PROJECT}/suspension/lifted", "lift", CARRIER, "dpo"),
    "propose_processing": (f"projects/{PROJECT}/processings/aides-routes", "processing", CARRIER, "dpo"),
    "change_processing": (AT, "processing", CARRIER, "dpo"),
    "resume_processing": (f"{AT}/suspension/lifted", "lift", CARRIER, "administrator"),
    "set_register_sheet": (AT, "processing", CARRIER, "dpo"),
    "set_impact_assessment": (AT, "processing", CARRIER, "dpo"),
    "ask_dataset": (
        f"projects/{PROJECT}/processings/{OTHER_PROCESSING}/datasets/communes",
        "dataset_use",
        Organisations(producer="insee"),
        "producer",
    ),
    "propose_title": (f"{AT}/titles/accord2", "title", INSEE, "producer"),
    "invite": (f"{AT}/team/{NEWCOMER}", "team", CARRIER, "project_lead"),
    "record_commitment": (f"people/{ANALYST}/commitments/e20260502", "commitment", Organisations(), "administrator"),
    "resume_person": (f"people/{ANALYST}/suspension/lifted", "lift", Organisations(), "administrator"),
    "request_requalification": (f"{AT}/requalifications/retour", "requalification", INSEE, "producer"),
    "agree_mission": (f"{AT}/missions/appui2", "mission", CARRIER, "project_lead"),
    "create_dataset": ("datasets/routes", "dataset", INSEE, "producer"),
    "change_dataset": ("datasets/menages", "dataset", INSEE, "producer"),
    "add_part": ("datasets/menages/parts/p2025", "part", INSEE, "producer"),
    "record_by_hand": ("datasets/menages", "dataset", INSEE, "producer"),
    "resume_dataset": ("datasets/menages/suspension/lifted", "lift_dataset", INSEE, "producer"),
}
# operation -> what the analyst, or the expert, reads no more
ALL = ["allocs/p2025", "communes/p2025", "menages/p2024", "menages/totaux"]
HOUSEHOLDS = ["menages/p2024", "menages/totaux"]
NARROWING: Mapping[str, tuple[str, list[str]]] = {
    "suspend_project": (ANALYST, ALL),
    "close_project": (ANALYST, ALL),
    "suspend_processing": (ANALYST, ALL),
    "drop_dataset": (ANALYST, HOUSEHOLDS),
    "end_title": (ANALYST, HOUSEHOLDS),
    "end_habilitation": (ANALYST, ALL),
    "suspend_person": (ANALYST, ALL),
    "end_mission": (EXPERT, ALL),
    "withdraw_delivery": (ANALYST, ["menages/p2024"]),
    "suspend_dataset": (ANALYST, HOUSEHOLDS),
}
# nothing was there to be seen; what was shown of a hand edit is compared by the writer's own tests
SEEN_ELSEWHERE = {"create_project", "create_dataset", "record_by_hand"}
OPENING_NOTHING = {"set_milestone", *QUARANTINE_CALLS}
TRIED: Mapping[str, Callable[[Desk, Actor], object]] = {**CALLS, **QUARANTINE_CALLS}
PAIRS = [(operation, role) for operation in TRIED for role in ROLES]
CARRIED_OUT = [pair for pair in PAIRS if pair[1] in TABLE[pair[0]]]


def test_every_operation_is_tried_and_either_widens_or_narrows() -> None:
    assert set(TRIED) == set(TABLE)
    assert set(WIDENING) | set(NARROWING) | OPENING_NOTHING == set(TABLE)


@pytest.mark.parametrize(("operation", "role"), [pair for pair in PAIRS if pair[1] not in TABLE[pair[0]]])
def test_a_pair_that_is_not_in_the_table_is_refused_and_leaves_everything_as_it_was(
    operation: str, role: str, tmp_path: Path
) -> None:
    desk = desk_for(operation, tmp_path)
    before = desk.state()
    with pytest.raises(NotPermittedError):
        TRIED[operation](desk, first(role, operation))
    assert desk.state() == before


@pytest.mark.parametrize(("operation", "role"), [pair for pair in CARRIED_OUT if pair[0] in CALLS])
def test_a_pair_of_the_table_is_carried_out_and_journaled_with_actor_and_reason(
    operation: str, role: str, tmp_path: Path
) -> None:
    desk = desk_for(operation, tmp_path)
    outcome = CALLS[operation](desk, first(role, operation))
    assert desk.register().digest == outcome.digest
    assert desk.journaled() == [(FIRSTS[role].id, f"{operation} : {REASON}")]
    assert outcome.unsaid is None


@pytest.mark.parametrize(("operation", "role"), [pair for pair in CARRIED_OUT if pair[0] in QUARANTINE_CALLS])
def test_what_is_done_in_the_quarantine_is_journaled_with_actor_and_reason_and_leaves_the_register(
    operation: str, role: str, tmp_path: Path
) -> None:
    desk = desk_for(operation, tmp_path)
    before = desk.state()
    QUARANTINE_CALLS[operation](desk, first(role, operation))
    after = desk.state()
    assert (after[0], after[2]) == (before[0], [*before[2], (FIRSTS[role].id, REASON)])
    assert set(after[3]) > set(before[3])


@pytest.mark.parametrize("operation", QUARANTINE_CALLS)
def test_a_dry_run_in_the_quarantine_writes_nothing(operation: str, tmp_path: Path) -> None:
    desk = desk_for(operation, tmp_path)
    before = desk.state()
    desk.office = desk.dry()
    assert QUARANTINE_CALLS[operation](desk, first("producer"))
    assert desk.state() == before


@pytest.mark.parametrize("operation", WIDENING)
def test_what_widens_counts_only_once_a_second_person_with_the_right_role_approved_it(
    operation: str, tmp_path: Path
) -> None:
    place, kind, at, role = WIDENING[operation]
    desk, actor = desk_for(operation, tmp_path), first(TABLE[operation][0])
    assert CALLS[operation](desk, actor).to_approve == (place,)
    entry = desk.entry(place)
    assert (entry.proposed.person, entry.approved) == (actor.person, None)
    approvals = Approvals(shipped_law(), KEYS)
    assert approvals.flaw(kind, place, entry, at, frozenset()) is not None
    desk.approve(place, SECONDS[role])
    assert approvals.flaw(kind, place, desk.entry(place), at, frozenset()) is None


@pytest.mark.parametrize("operation", WIDENING)
def test_nobody_approves_what_they_proposed(operation: str, tmp_path: Path) -> None:
    desk, actor = desk_for(operation, tmp_path), first(TABLE[operation][0])
    CALLS[operation](desk, actor)
    before = desk.state()
    with pytest.raises(OwnProposalError):
        desk.approve(WIDENING[operation][0], FIRSTS[TABLE[operation][0]])
    assert desk.state() == before


@pytest.mark.parametrize("operation", WIDENING)
def test_what_widens_opens_nothing_by_itself(operation: str, tmp_path: Path) -> None:
    desk = desk_for(operation, tmp_path)
    outcome = CALLS[operation](desk, first(TABLE[operation][0]))
    assert [effect for effect in outcome.effects if effect.after.open and not effect.before.open] == []


@pytest.mark.parametrize("operation", NARROWING)
def test_what_narrows_counts_at_once_and_the_answer_says_for_whom(operation: str, tmp_path: Path) -> None:
    who, parts = NARROWING[operation]
    desk = desk_for(operation, tmp_path)
    assert desk.read(who) == ALL
    outcome = CALLS[operation](desk, first(TABLE[operation][0]))
    assert desk.read(who) == [part for part in ALL if part not in parts]
    closed = {effect.part for effect in outcome.effects if who in effect.people and not effect.after.open}
    assert closed - {""} == set(parts)


@pytest.mark.parametrize("operation", CALLS)
def test_a_dry_run_answers_the_same_and_writes_nothing(operation: str, tmp_path: Path) -> None:
    desk = desk_for(operation, tmp_path)
    wet, before = desk.office, desk.state()
    desk.office = desk.dry()
    tried = CALLS[operation](desk, first(TABLE[operation][0]))
    assert (tried.digest, desk.state()) == (None, before)
    desk.office = wet
    done = CALLS[operation](desk, first(TABLE[operation][0]))
    assert (done.to_approve, done.effects) == (tried.to_approve, tried.effects)


@pytest.mark.parametrize("operation", [each for each in CALLS if each not in SEEN_ELSEWHERE])
def test_what_somebody_changed_meanwhile_is_not_overwritten_and_nothing_is_half_done(
    operation: str, tmp_path: Path
) -> None:
    """The other change comes between what the operation read and what it writes."""
    desk = desk_for(operation, tmp_path)
    seen = desk.register()
    desk.changed_by_another()
    before = desk.state()
    desk.office = replace(desk.office, register=lambda: seen)
    with pytest.raises(StaleError, match="changed since you read it, by padm09"):
        CALLS[operation](desk, first(TABLE[operation][0]))
    assert desk.state() == before


@pytest.mark.parametrize("operation", ["create_project", "create_dataset"])
def test_what_somebody_created_meanwhile_is_not_overwritten(operation: str, tmp_path: Path) -> None:
    desk, actor = desk_for(operation, tmp_path), first("administrator")
    seen = desk.register()
    CALLS[operation](desk, actor)
    before = desk.state()
    desk.office = replace(desk.office, register=lambda: seen)
    with pytest.raises(StaleError):
        CALLS[operation](desk, actor)
    assert desk.state() == before


@pytest.mark.parametrize("operation", TRIED)
def test_a_reason_is_asked_of_everybody(operation: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_for(operation, tmp_path)
    before = desk.state()
    monkeypatch.setattr("tests.support.operations.REASON", " ")
    with pytest.raises(ReasonError, match="le motif est vide"):
        TRIED[operation](desk, first(TABLE[operation][0]))
    assert desk.state() == before
