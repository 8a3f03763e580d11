"""A running workspace ends for what it lost, and for nothing else; a known end is found ahead of its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from hub.guard.judging.effects import End, Held, Loss, known_end, losses
from policies.access.decision import Decision
from policies.register.follow import Register
from tests.support.judged import approved, judge, register_of
from tests.support.judged_documents import DAY, Values, judged_documents

NOBODYS: frozenset[str] = frozenset()
ONE_DAY = timedelta(days=1)
Change = Callable[[dict[str, Values]], object]


def decided(change: Change | None = None, day: date = DAY) -> tuple[Decision, Register]:
    """A decision on documents that lack nothing but what was changed, and their register."""
    documents = approved(judged_documents())
    if change is not None:
        change(documents)
    return judge(documents, day=day), register_of(documents)


def held() -> Held:
    """What a workspace of the unchanged decision was started with."""
    decision, _ = decided()
    parts = {grant.id: grant.version for grant in decision.grants if grant.mode == "read"}
    return Held(factors=("password",), parts=parts, services=decision.services, home=("h",), project=("p",))


def lost(change: Change | None = None, labels: frozenset[str] = NOBODYS, **more: object) -> list[tuple[str, str]]:
    """Part and first rule of each loss."""
    decision, register = decided(change)
    found = losses(held().model_copy(update=more), labels, decision, register)
    return [(loss.part, loss.refusals[0].rule) for loss in found]


PARTS = sorted(held().parts)
PART = PARTS[0]
DATASET, NAME = PART.split("/")


def suspend_dataset(documents: dict[str, Values]) -> None:
    documents[f"datasets/{DATASET}.yaml"]["suspension"] = {"day": "2026-01-01", "by": "padm01", "reason": "essai"}


def suspend_project(documents: dict[str, Values]) -> None:
    project = next(values for path, values in documents.items() if path.startswith("projects/"))
    project["suspension"] = {"day": "2026-01-01", "by": "padm01", "reason": "essai"}


def test_an_unchanged_decision_takes_nothing_away() -> None:
    assert lost() == []


def test_who_may_no_longer_open_loses_the_whole_workspace() -> None:
    assert lost(suspend_project) == [("", "DL-04")]


def test_a_part_that_is_refused_is_lost_for_the_reason_that_the_law_gives() -> None:
    assert (PART, "DL-04") in lost(suspend_dataset)


def test_a_part_that_the_processing_no_longer_asks_for_is_lost() -> None:
    assert lost(parts={"inconnu/p1": "livraison-1"}) == [("inconnu/p1", "REGISTRE")]


def test_a_delivery_that_was_withdrawn_is_lost_even_when_another_one_is_there() -> None:
    assert lost(parts={PART: "livraison-retiree"}) == [(PART, "REGISTRE")]


def test_a_service_that_the_processing_no_longer_has_is_lost() -> None:
    assert lost(services=("base",)) == [("", "REGISTRE")]


def test_spaces_that_stand_for_more_than_is_granted_today_end_the_workspace() -> None:
    assert lost(labels=frozenset({"autre/p1"})) == [("", "GARDIEN")]


def test_what_is_granted_besides_takes_nothing_away() -> None:
    """A new dataset: the workspace holds less than the decision gives."""
    assert lost(parts={}) == []


# --- known ends


def decide_until(*ends: date | None) -> Callable[[date], Decision]:
    """Decisions that stand, one after the other, to each of these days."""
    decision, _ = decided()

    def decide(day: date) -> Decision:
        until = next((end for end in ends if end is None or day <= end), ends[-1])
        return decision.model_copy(update={"day": day, "until": until})

    return decide


LOSS = Loss(part="x", refusals=())
NEXT_WEEK = DAY + timedelta(days=8)


@pytest.mark.parametrize(
    ("ends", "losing_from", "expected"),
    [
        pytest.param((None,), None, None, id="no end is known"),
        pytest.param((DAY + ONE_DAY,), DAY + 2 * ONE_DAY, DAY + ONE_DAY, id="it ends tomorrow"),
        pytest.param((DAY,), DAY + ONE_DAY, DAY, id="it ends today"),
        pytest.param((DAY + ONE_DAY, None), None, None, id="what changes takes nothing away"),
        pytest.param((DAY, DAY + 3 * ONE_DAY), DAY + 4 * ONE_DAY, DAY + 3 * ONE_DAY, id="the second change does"),
        pytest.param((NEXT_WEEK,), NEXT_WEEK + ONE_DAY, None, id="it ends beyond the horizon"),
    ],
)
def test_a_known_end_is_the_eve_of_the_first_day_on_which_something_is_lost(
    ends: tuple[date | None, ...], losing_from: date | None, expected: date | None
) -> None:
    decide = decide_until(*ends)

    def losing(decision: Decision) -> tuple[Loss, ...]:
        return (LOSS,) if losing_from is not None and decision.day >= losing_from else ()

    found = known_end(decide, losing, decide(DAY), NEXT_WEEK)
    assert found == (End(expected, (LOSS,)) if expected else None)
